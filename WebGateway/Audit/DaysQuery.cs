using System.Reflection;
using AgentManagement.Audit;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Audit;

/// <summary>How many days are counted, as a handler's parameter.</summary>
internal sealed record DaysQuery(int Days) : IBindableFromHttpContext<DaysQuery>, IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter<int> DaysParameter =
        QueryParameter.Number("days", "How many days, UTC; today is the last.", 1, DayCount.MaxDays, fallback: 30);

    public static ValueTask<DaysQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<DaysQuery?>(new(DaysParameter.Read(context)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(DaysParameter);
}

/// <summary>Counts of days.</summary>
/// <param name="Items">Each day, the oldest first, those without any included.</param>
internal sealed record DayCountListResponse(ImmutableArray<DayCountResponse> Items)
{
    public static DayCountListResponse Of(ImmutableArray<DayCount> days) =>
        new([.. days.Select(each => new DayCountResponse(each.Day, each.Count))]);
}

/// <summary>How many there were on a day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Count">How many.</param>
internal sealed record DayCountResponse(DateOnly Day, long Count);
