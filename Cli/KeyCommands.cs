using System.CommandLine;
using System.Globalization;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>The tenant's API keys. A secret is printed once, alone on the standard output, so that a script can take it.</summary>
internal static class KeyCommands
{
    public static Command Keys() => new("keys", "Lists, makes, rotates and revokes API keys.") { List(), Create(), Rotate(), Revoke() };

    private static Argument<string> KeyId() => new("KEY") { Description = "The key's id." };

    private static Command List() => new Command("list", "Lists the keys, without their secrets.")
        .Runs(async (_, client, output, stopping) =>
        {
            var keys = await client.ApiKeys.ListAsync(stopping);
            string[] columns = ["id", "name", "version", "made by", "expires", "labels", "permissions"];
            await output.ListAsync(keys.ToAsyncEnumerable(), columns, key =>
                [key.Id, key.Name, key.Version.ToString(CultureInfo.InvariantCulture), key.CreatedBy, key.ExpiresAt?.ToString("u"),
                    key.Labels is { } labels ? string.Join(',', labels) : "all", string.Join(',', key.Permissions)]);
            return ExitCodes.Done;
        });

    private static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "What it is for." };
        var role = new Option<string?>("--role") { Description = "A role whose permissions it has." };
        var permissions = new Option<string[]>("--permission") { Description = "A permission that it has; several for all of them." };
        var labels = new Option<string[]>("--label") { Description = "A label that it is for; several for all of them; all by default." };
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends; never by default." };
        var command = new Command("create", "Makes a key, of a role or of permissions, and prints its secret.")
        {
            name, role, permissions, labels, expires,
        };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var (wanted, ends) = (parsed.GetValue(permissions) ?? [], parsed.GetValue(expires));
            var narrowed = parsed.GetValue(labels) is { Length: > 0 } named ? named : null;
            if (parsed.GetValue(role) is null == (wanted.Length == 0))
            {
                throw new CliException("Give --role or --permission, and not both.", ExitCodes.Usage);
            }
            return Show(output, parsed.GetValue(role) is { } ofRole
                ? await client.ApiKeys.CreateAsync(parsed.GetRequiredValue(name), ofRole, ends, narrowed, stopping)
                : await client.ApiKeys.CreateAsync(parsed.GetRequiredValue(name), wanted, ends, narrowed, stopping));
        });
    }

    private static Command Rotate()
    {
        var (id, grace) = (KeyId(), new Option<int>("--grace") { Description = "For so many seconds the secret before goes on." });
        return new Command("rotate", "Gives a key another secret, and prints it.") { id, grace }
            .Runs(async (parsed, client, output, stopping) => Show(output, await client.ApiKeys.RotateAsync(
                parsed.GetRequiredValue(id), TimeSpan.FromSeconds(parsed.GetValue(grace)), stopping)));
    }

    private static Command Revoke()
    {
        var id = KeyId();
        var keep = new Option<bool>("--keep-descendants") { Description = "The keys that it made go on." };
        return new Command("revoke", "Ends a key, and the keys that it made.") { id, keep }
            .Runs(async (parsed, client, output, stopping) =>
            {
                await client.ApiKeys.RevokeAsync(parsed.GetRequiredValue(id), !parsed.GetValue(keep), stopping);
                output.Say($"{parsed.GetValue(id)} is revoked.");
                return ExitCodes.Done;
            });
    }

    private static int Show(Output output, ApiKeySecret key)
    {
        if (output.IsForPeople) output.Writer.WriteLine(key.Secret);
        else output.Show(key);
        return ExitCodes.Done;
    }
}
