using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.WebGateway;

public sealed class QueryReaderTests
{
    private static readonly RequestParameter Parameter = RequestParameter.Query("p", "A parameter.");

    [Theory]
    [InlineData("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.0000000+00:00")]
    [InlineData("2026-01-31t09:30:00.1234567z", "2026-01-31T09:30:00.1234567+00:00")]
    [InlineData("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00.0000000+00:00")]
    public void A_time_is_read_as_utc(string text, string time) =>
        Assert.Equal(time, Of(text).Time(Parameter)!.Value.ToString("O"));

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T09:30:00")]
    [InlineData("2026-13-31T09:30:00Z")]
    [InlineData("2026-01-31T09:30:00 02:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("31/01/2026")]
    [InlineData("")]
    public void What_is_not_rfc_3339_is_refused(string text) => ShouldRefuse(() => Of(text).Time(Parameter));

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("99999999999")]
    [InlineData("")]
    public void A_number_out_of_bounds_is_refused(string text) => ShouldRefuse(() => Of(text).Number(Parameter, 1, 200, 50));

    [Fact]
    public void An_absent_parameter_has_its_default()
    {
        var reader = new QueryReader(new QueryCollection());
        Assert.Equal(50, reader.Number(Parameter, 1, 200, 50));
        Assert.Null(reader.Text(Parameter, 10));
        Assert.Null(reader.Time(Parameter));
        Assert.False(reader.Flag(Parameter));
        Assert.Empty(reader.Texts(Parameter, 5, 10));
    }

    [Theory]
    [InlineData("TRUE")]
    [InlineData("1")]
    [InlineData("")]
    public void A_flag_is_true_or_false(string text) => ShouldRefuse(() => Of(text).Flag(Parameter));

    private static void ShouldRefuse(Func<object?> read)
    {
        var refused = Assert.Throws<RefusedException>(() => _ = read()).Refused;
        Assert.Equal((400, "invalid_parameter"), (refused.Status, refused.Code));
        Assert.Contains("'p'", refused.Detail, StringComparison.Ordinal);
    }

    private static QueryReader Of(string text) => new(new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["p"] = text }));
}
