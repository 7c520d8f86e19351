namespace AgentManagement.WebGateway.Http;

/// <summary>The query parameters that every list has.</summary>
internal static class Paging
{
    private const int MostItems = 200;
    private const int UsualItems = 50;
    private const int MostCursorCharacters = 4_096;

    public static readonly RequestParameter Limit = RequestParameter.Query(
        "limit", "Most items of the page.", """{"type":"integer","minimum":1,"maximum":200,"default":50}""");

    public static readonly RequestParameter Cursor = RequestParameter.Query(
        "cursor", "The nextCursor of the page before; opaque.");

    /// <exception cref="Problems.RefusedException">400.</exception>
    public static int ReadLimit(QueryReader read) => read.Number(Limit, 1, MostItems, UsualItems);

    /// <exception cref="Problems.RefusedException">400.</exception>
    public static string? ReadCursor(QueryReader read) => read.Text(Cursor, MostCursorCharacters);
}
