using System.Text;

namespace AgentManagement.Bench.Hostile;

/// <summary>Tokens that are not good, or not good enough, on requests that would succeed with a good one.</summary>
internal static class HostileTokens
{
    private static readonly string[] BadTenants = ["", "../victim", "victim/x", "a b", "victim\0", "ví", new('t', 65), "victim\n", "*"];

    public static HostileRequest Make(Random random, HostileWorld world)
    {
        var good = random.GetItems<GoodRequest>([.. world.Writes, new("GET", "/api/v1/agents", ""), new("GET", HostileWorld.Draft, ""),
            new("GET", "/api/v1/audit", "")], 1)[0];
        var tokens = world.Tokens;
        return random.Next(14) switch
        {
            0 => Refused("none", null),
            1 => Refused("garbage", random.GetItems(["x", "a.b.c", "..", new string('a', 20_000), "null", "eyJ.eyJ.eyJ"], 1)[0]),
            2 => Refused("without a signature", Unsigned(world.Admin)),
            3 => Refused("of another key", new Client.TokenMint("another-key-of-at-least-thirty-two-bytes!!").Mint(HostileWorld.TenantId)),
            4 => Refused("expired", tokens.Mint(HostileWorld.TenantId, validHours: -1)),
            5 => Refused("of another issuer", tokens.Mint(HostileWorld.TenantId, issuer: "somebody")),
            6 => Refused("for another audience", tokens.Mint(HostileWorld.TenantId, audience: "something")),
            7 => Refused("of a tenant that cannot be", tokens.Mint(random.GetItems(BadTenants, 1)[0])),
            8 => Refused(
                "of an unknown role", tokens.Mint(HostileWorld.TenantId, random.GetItems(["root", "", "Admin", "viewer,admin"], 1)[0])),
            9 => Refused("cut off", world.Admin[..^random.Next(1, 30)]),
            10 => Refused("changed", Change(world.Admin, random)),
            11 => Refused("of another scheme", null)
                .With("Authorization", random.GetItems(["Basic dXNlcjpwYXNz", $"Token {world.Admin}", "Bearer", "Bearer "], 1)[0]),
            12 => good.Method == "GET"
                ? Refused("none", null)
                : Refused("of a viewer", tokens.Mint(HostileWorld.TenantId, random.GetItems(["viewer", "service"], 1)[0]), 403),
            _ => OtherTenant(),
        };

        HostileRequest Refused(string kind, string? token, int expected = 401)
        {
            var request = new HostileRequest($"token: {kind}", good.Method, good.Target, expected) { Token = token };
            return good.Body.Length == 0 ? request : request.With(good.BodyBytes, good.ContentType);
        }

        // A tenant that has nothing: what another tenant has must look as if it were not there.
        HostileRequest OtherTenant()
        {
            good = random.GetItems<GoodRequest>(
                [.. world.Writes.Where(write => write.IsOfExisting && write.Method != "PUT"), new("GET", HostileWorld.Draft, ""),
                    new("GET", $"{HostileWorld.Active}/versions", "")], 1)[0];
            return Refused("of another tenant", tokens.Mint("stranger"), 404);
        }
    }

    private static string Unsigned(string token)
    {
        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"JWT"}""")).TrimEnd('=');
        return $"{header}.{token.Split('.')[1]}.";
    }

    /// <summary>Changes a letter of the payload, so that the signature is another text's.</summary>
    private static string Change(string token, Random random)
    {
        var letters = token.ToCharArray();
        var start = token.IndexOf('.', StringComparison.Ordinal) + 1;
        var place = random.Next(start, token.LastIndexOf('.') - 1);
        letters[place] = letters[place] == 'A' ? 'B' : 'A';
        return new(letters);
    }
}
