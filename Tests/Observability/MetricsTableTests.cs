using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using AgentManagement.Grains.Agents;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Storage;
using AgentManagement.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>docs/metrics.md has every series of ours, and none that is not.</summary>
public sealed class MetricsTableTests
{
    private const string Prefix = "agent_management_";
    private static readonly Assembly[] Ours = [typeof(ServiceMeter).Assembly, typeof(AgentGrain).Assembly, typeof(GatewayHosting).Assembly,
        typeof(Database).Assembly];

    [Fact]
    public void Every_instrument_has_its_row_and_every_row_its_instrument()
    {
        var instruments = Instruments();
        Assert.True(instruments.Count > 20, "The instruments were not found.");
        Assert.Equal(instruments.Order(), MetricsTable.Rows.Select(row => $"{row.Name} {row.Type} {row.Unit}").Order());
    }

    [Fact]
    public void Every_instrument_is_described() => Assert.All(MetricsTable.Rows, row => Assert.NotEmpty(row.Meaning));

    /// <summary>Name, type and unit of every instrument, found where they are made: in the fields of the types that have any.</summary>
    private static HashSet<string> Instruments()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name != ServiceMeter.Name) return;
            var (type, isCounter) = TypeOf(instrument);
            var name = $"{instrument.Name.Replace('.', '_')}{(instrument.Unit == "s" ? "_seconds" : "")}{(isCounter ? "_total" : "")}";
            Assert.StartsWith(Prefix, name, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(instrument.Description), name);
            found.Add($"{name} {type} {instrument.Unit?.Trim('{', '}')}");
        };
        foreach (var type in Ours.SelectMany(assembly => assembly.GetTypes()).Where(HasInstruments))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
        listener.Start();
        return found;
    }

    private static bool HasInstruments(Type type) => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        .Any(field => typeof(Instrument).IsAssignableFrom(field.FieldType));

    private static (string Type, bool IsCounter) TypeOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? ("histogram", false)
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal)
                ? ("counter", true)
            : ("gauge", false);
    }
}
