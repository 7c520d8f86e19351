using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>Reads environment variables and collects what is wrong, so that an operator sees all of it at once.</summary>
public sealed class EnvironmentReader
{
    private readonly IConfiguration _environment;
    private readonly List<string> _problems = [];

    public EnvironmentReader(IConfiguration environment)
    {
        _environment = environment;
        IsProduction = Choice("ENVIRONMENT", "development", ["development", "production"]) == "production";
    }

    /// <summary>ENVIRONMENT: whether all must be there that production needs.</summary>
    public bool IsProduction { get; }

    /// <summary>The variable's text; null when it is absent or blank.</summary>
    public string? Text(string name) => string.IsNullOrWhiteSpace(_environment[name]) ? null : _environment[name]!.Trim();

    /// <summary>A secret of at least some bytes.</summary>
    public string? Secret(string name, bool isRequired, int minBytes)
    {
        var text = Required(name, isRequired);
        if (text is not null && Encoding.UTF8.GetByteCount(text) < minBytes) _problems.Add($"{name} must have at least {minBytes} bytes");
        return text;
    }

    /// <summary>A secret that opens something: in production one that nobody can guess.</summary>
    public string? StrongSecret(string name, bool isRequired, int minBytes)
    {
        var text = Secret(name, isRequired, minBytes);
        if (text is not null && isRequired && SecretStrength.IsWeak(text))
        {
            _problems.Add($"{name} must not be a well-known, repeated or defaultValue guessable text; make one with: openssl rand -hex 32");
        }
        return text;
    }

    /// <summary>An address with one of some schemes.</summary>
    public Uri? Address(string name, bool isRequired, string[] schemes)
    {
        if (Required(name, isRequired) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme) && address.Host.Length > 0)
        {
            return address;
        }
        _problems.Add($"{name} must be an address that starts with {string.Join(" or ", schemes.Select(scheme => scheme + "://"))}");
        return null;
    }

    /// <summary>
    /// The address of a service that is shown OUTGOING_SERVICE_TOKEN: in production over TLS or within this host, unless
    /// OUTGOING_OVER_HTTP says that others may read it on its way.
    /// </summary>
    public Uri? ServiceAddress(string name, string[] schemes)
    {
        var isAllowed = Flag("OUTGOING_OVER_HTTP", defaultValue: false);
        var address = Address(name, IsProduction, schemes);
        if (IsProduction && !isAllowed && address is { Scheme: "http" or "ws", IsLoopback: false })
        {
            _problems.Add($"{name} must start with {schemes[^1]}://, or OUTGOING_OVER_HTTP be true: it is sent a token");
        }
        return address;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Number(string name, int defaultValue, int min, int max)
    {
        if (Text(name) is not { } text) return defaultValue;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }
        _problems.Add($"{name} must be a whole number from {min} to {max}");
        return defaultValue;
    }

    /// <summary>The address of a host in numbers, as a network interface has it.</summary>
    public IPAddress? NetworkAddress(string name)
    {
        if (Text(name) is not { } text) return null;
        if (IPAddress.TryParse(text, out var address)) return address;
        _problems.Add($"{name} must be an IP address");
        return null;
    }

    /// <summary>Addresses such as 10.0.0.7 and networks such as 10.0.0.0/8, separated by commas.</summary>
    public ImmutableArray<IPNetwork> Networks(string name)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in (Text(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(text, out var address)) networks.Add(new(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else
            {
                _problems.Add($"{name} must be IP addresses and networks such as 10.0.0.0/8, separated by commas");
                return [];
            }
        }
        return networks.ToImmutable();
    }

    /// <summary>Origins such as <c>https://app.example:8443</c>, separated by commas.</summary>
    public ImmutableArray<string> Origins(string name)
    {
        if (Text(name) is not { } text) return [];
        var origins = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.TrueForAll(origins, origin => Uri.TryCreate(origin, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" && address.GetLeftPart(UriPartial.Authority) == origin)) return [.. origins];
        _problems.Add($"{name} must be origins such as https://app.example, separated by commas");
        return [];
    }

    /// <summary>When maintenance may be.</summary>
    public MaintenanceSchedule? Schedule(string name)
    {
        if (Text(name) is not { } text) return null;
        if (MaintenanceSchedule.TryRead(text, out var schedule)) return schedule;
        _problems.Add($"{name} must be {MaintenanceSchedule.Form}");
        return null;
    }

    /// <summary>A short name of letters, digits, '_' and '-'.</summary>
    public string Name(string name, string defaultValue)
    {
        if (Text(name) is not { } text) return defaultValue;
        if (text.Length <= 64 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')) return text;
        _problems.Add($"{name} must have 1 to 64 letters, digits, '_' and '-'");
        return defaultValue;
    }

    /// <summary>One of some words, in any case.</summary>
    public string Choice(string name, string defaultValue, string[] words)
    {
        if (Text(name) is not { } text) return defaultValue;
        if (Array.Find(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } chosen) return chosen;
        _problems.Add($"{name} must be one of {string.Join(", ", words)}");
        return defaultValue;
    }

    public bool Flag(string name, bool defaultValue) =>
        Choice(name, defaultValue ? "true" : "false", ["true", "false"]) == "true";

    /// <summary>Notes a problem that is not one variable's own.</summary>
    public void Refuse(string problem) => _problems.Add(problem);

    /// <exception cref="SettingsException">Something was missing or unusable.</exception>
    public void ThrowIfAnythingIsWrong()
    {
        if (_problems.Count > 0) throw new SettingsException($"The service cannot start: {string.Join("; ", _problems)}.");
    }

    private string? Required(string name, bool isRequired)
    {
        var text = Text(name);
        if (text is null && isRequired) _problems.Add($"{name} is required in production");
        return text;
    }
}
