using System.Reflection;
using Orleans;

namespace AgentManagement.Tests.Golden;

/// <summary>
/// What goes over the wire between processes of different versions: names of types and methods, numbers of members,
/// order of parameters. contracts.txt is the frozen list; lines are added to it, never changed.
/// </summary>
public sealed class ContractStabilityTests
{
    private static readonly Assembly Contracts = typeof(IAgentGrain).Assembly;

    [Fact]
    public void The_contracts_are_those_of_the_frozen_list()
    {
        var frozen = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "contracts.txt"));
        string[] actual = [.. Describe().Order(StringComparer.Ordinal)];
        var gone = frozen.Except(actual).ToList();
        var added = actual.Except(frozen).ToList();
        Assert.True(gone.Count == 0,
            $"Changed or gone, which breaks running processes:\n{string.Join('\n', gone)}\nNow:\n{string.Join('\n', added)}");
        Assert.True(added.Count == 0, $"New; when that is meant, add to Tests/Golden/contracts.txt:\n{string.Join('\n', added)}");
        Assert.Equal(frozen.Order(StringComparer.Ordinal), frozen);
    }

    [Fact]
    public void No_two_types_have_one_alias()
    {
        var aliases = Contracts.GetTypes().Select(AliasOf).OfType<string>().ToList();
        Assert.Equal(aliases.Distinct().Count(), aliases.Count);
    }

    [Fact]
    public void Every_type_that_a_grain_takes_or_gives_is_a_contract_and_every_method_has_an_alias()
    {
        foreach (var method in Access.ContractRulesTests.GrainInterfaces.SelectMany(type => type.GetMethods()))
        {
            Assert.True(AliasOf(method) is not null, $"{method.DeclaringType!.Name}.{method.Name} lacks [Alias].");
            foreach (var type in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)
                .SelectMany(Reached).Distinct())
            {
                Assert.True(AliasOf(type) is not null && type.IsDefined(typeof(GenerateSerializerAttribute)),
                    $"{type.Name} lacks [Alias] or [GenerateSerializer].");
            }
        }
    }

    [Fact]
    public void Members_of_a_contract_outside_its_parameters_have_numbers_of_their_own() =>
        Assert.All(Contracts.GetTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute))), type =>
        {
            var parameters = Parameters(type).Select(parameter => parameter.Name).ToHashSet();
            var members = Members(type).Where(member => !parameters.Contains(member.Name) && member.CanWrite
                // What records derived from it have as a parameter.
                && !member.GetMethod!.IsAbstract).ToList();
            Assert.True(members.TrueForAll(member => IdOf(member) is not null), $"{type.Name} has members without [Id].");
            var ids = members.Select(IdOf).ToList();
            Assert.Equal(ids.Distinct().Count(), ids.Count);
        });

    private static IEnumerable<string> Describe()
    {
        foreach (var type in Contracts.GetTypes().Where(type => AliasOf(type) is not null))
        {
            var alias = AliasOf(type)!;
            var kind = type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
            yield return $"{alias}: {kind}{(type.BaseType is { } parent && AliasOf(parent) is { } of ? $" of {of}" : "")}";
            foreach (var (parameter, position) in Parameters(type).Select((parameter, position) => (parameter, position)))
            {
                yield return $"{alias}({position}): {parameter.Name} {Name(parameter.ParameterType)}";
            }
            foreach (var member in Members(type).Where(member => IdOf(member) is not null))
            {
                yield return $"{alias}[{IdOf(member)}]: {member.Name} {Name(member.PropertyType)}";
            }
            if (!type.IsInterface) continue;
            foreach (var method in type.GetMethods())
            {
                // A cancellation is a message of its own: the token is no part of the call.
                var taken = method.GetParameters().Select(parameter => parameter.ParameterType)
                    .Where(type => type != typeof(CancellationToken));
                yield return $"{alias}.{AliasOf(method)}({string.Join(", ", taken.Select(Name))}): {Name(method.ReturnType)}";
            }
        }
        foreach (var type in Contracts.GetTypes().Where(type => type.IsEnum && type.Namespace != "AgentManagement.Access"))
        {
            foreach (var value in Enum.GetValues(type)) yield return $"enum {type.Name}: {value} = {Convert.ToInt32(value)}";
        }
    }

    /// <summary>The parameters of a record, which are numbered by their order.</summary>
    private static ParameterInfo[] Parameters(Type type) => type.GetConstructors()
        .Where(constructor => constructor.GetParameters().Length > 0)
        .OrderByDescending(constructor => constructor.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [];

    private static PropertyInfo[] Members(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);

    private static object? IdOf(PropertyInfo member) => member.GetCustomAttribute<IdAttribute>()?.Id;

    private static string? AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    /// <summary>The types of this project that a type is made of.</summary>
    private static IEnumerable<Type> Reached(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().Append(type.GetGenericTypeDefinition())
            .SelectMany(part => part == type.GetGenericTypeDefinition() ? Ours(part) : Reached(part))
        : Ours(type);

    private static IEnumerable<Type> Ours(Type type) => type.Assembly == Contracts && !type.IsEnum ? [type] : [];

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : !type.IsGenericType ? type.Name
        : $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
}
