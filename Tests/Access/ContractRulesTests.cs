using System.Reflection;
using AgentManagement.Tasks;
using Orleans;

namespace AgentManagement.Tests.Access;

/// <summary>A grain method or a command without a rule cannot be called; here it cannot even be written.</summary>
public sealed class ContractRulesTests
{
    private static readonly Type[] Types = typeof(IAgentGrain).Assembly.GetTypes();

    private static readonly string[] Known = [.. typeof(Permissions).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>All grain interfaces of the contracts.</summary>
    internal static IReadOnlyList<Type> GrainInterfaces { get; } =
        [.. Types.Where(type => type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type))];

    [Fact]
    public void The_contracts_are_found() => Assert.Contains(typeof(IAgentGrain), GrainInterfaces);

    [Fact]
    public void Every_grain_interface_says_what_its_keys_name_unless_all_of_it_is_open() => Assert.All(GrainInterfaces, type =>
        Assert.True(type.IsDefined(typeof(KeyedByAttribute)) || type.GetMethods().All(IsOpen), $"{type.Name} lacks [KeyedBy]."));

    [Fact]
    public void Every_grain_method_has_exactly_one_rule() => Assert.All(GrainInterfaces.SelectMany(type => type.GetMethods()), method =>
    {
        var rules = new[] { typeof(RequiresAttribute), typeof(RequiresOfCommandAttribute), typeof(OpenToAllAttribute) }.Count(rule =>
            method.IsDefined(rule));
        Assert.True(
            rules == 1, $"{method.DeclaringType!.Name}.{method.Name} has {rules} of [Requires], [RequiresOfCommand] and [OpenToAll].");
        if (method.GetCustomAttribute<RequiresAttribute>() is { } requires) Assert.Contains(requires.Permission, Known);
    });

    [Fact]
    public void What_belongs_in_no_log_is_no_plain_text_among_the_arguments_of_a_call()
    {
        // Ids and names by which something is found, and places of lists: what logs may have.
        string[] known =
        [
            "agentId", "cursor", "fileId", "gateway", "instance", "keyId", "label", "name", "releaseId", "templateId", "watcher",
            "webhookId",
        ];
        var texts = GrainInterfaces.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType == typeof(string)).Select(parameter => parameter.Name!).Distinct();
        Assert.Equal(known, texts.Order(StringComparer.Ordinal));
        Assert.Equal(nameof(UnloggedText), $"{UnloggedText.Of("user-1")}");
    }

    [Fact]
    public void Only_health_is_open_to_all() => Assert.Equal(
        ["IHealthGrain.CheckAsync"], GrainInterfaces.SelectMany(type => type.GetMethods()).Where(IsOpen)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));

    [Fact]
    public void A_method_that_asks_its_commands_rule_takes_exactly_one_command() =>
        Assert.All(GrainInterfaces.SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(RequiresOfCommandAttribute))), method =>
            Assert.Single(method.GetParameters(), parameter => typeof(ICommand).IsAssignableFrom(parameter.ParameterType)));

    [Fact]
    public void Every_command_has_a_known_rule() => Assert.All(Types.Where(type =>
            typeof(ICommand).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false }), type =>
        Assert.Contains(type.GetCustomAttribute<RequiresAttribute>()?.Permission, Known));

    [Fact]
    public void What_each_method_and_command_asks_for_is_that_of_the_list()
    {
        var expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "permissions.txt"));
        string[] actual = [.. AccessPolicyTests.All().Distinct().Order(StringComparer.Ordinal)];
        var differences = expected.Except(actual).Select(line => $"- {line}").Concat(actual.Except(expected).Select(line => $"+ {line}"));
        Assert.True(
            expected.SequenceEqual(actual), $"When that is meant, change Tests/Golden/permissions.txt:\n{string.Join('\n', differences)}");
    }

    [Fact]
    public void What_changes_an_agent_needs_more_than_reading()
    {
        var permissions = Types.Where(type => type.IsSubclassOf(typeof(AgentCommand)))
            .ToDictionary(type => type.Name, type => type.GetCustomAttribute<RequiresAttribute>()!.Permission);
        Assert.DoesNotContain(Permissions.AgentsRead, permissions.Values);
        Assert.Equal(Permissions.AgentsPurge, permissions[nameof(PurgeAgent)]);
        Assert.Equal(Permissions.AgentsActivate, permissions[nameof(ActivateAgent)]);
        Assert.Equal(Permissions.AgentsDelete, permissions[nameof(ArchiveAgent)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(RollbackAgent)]);
        Assert.Equal(Permissions.AgentsMark, permissions[nameof(MarkDegraded)]);
    }

    [Fact]
    public void What_a_task_may_do_needs_what_it_would_need_by_hand()
    {
        var permissions = Types.Where(type => type.IsSubclassOf(typeof(TaskCommand)) && !type.IsAbstract)
            .ToDictionary(type => type.Name, type => type.GetCustomAttribute<RequiresAttribute>()!.Permission);
        Assert.Equal(12, permissions.Count);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(ImportAgents)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(RevalidateAgents)]);
        Assert.Equal(Permissions.AgentsPurge, permissions[nameof(PurgeExpiredAgents)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(UpgradeDerivedAgents)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(UndoUpgrade)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(CheckTools)]);
        Assert.Equal(Permissions.AgentsPurge, permissions[nameof(CollectFiles)]);
        Assert.Equal(Permissions.AgentsWrite, permissions[nameof(PatchAgents)]);
        Assert.Equal(Permissions.AgentsActivate, permissions[nameof(ActivateAgents)]);
        Assert.Equal(Permissions.AgentsActivate, permissions[nameof(DeactivateAgents)]);
        Assert.Equal(Permissions.AgentsDelete, permissions[nameof(ArchiveAgents)]);
        Assert.Equal(Permissions.AgentsDelete, permissions[nameof(RestoreAgents)]);
    }

    [Fact]
    public void What_is_the_silos_own_no_role_of_a_token_may() =>
        Assert.Empty(Permissions.Of(Caller.SiloRole).Intersect(Permissions.ByRole.Values.SelectMany(permissions => permissions)));

    private static bool IsOpen(MethodInfo method) => method.IsDefined(typeof(OpenToAllAttribute));
}
