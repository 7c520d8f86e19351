using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentManagement.Bench.Hostile;

/// <summary>Whether an answer is a refusal as api.md promises it.</summary>
internal static partial class AnswerCheck
{
    /// <summary>What is wrong with the answer; null when nothing is.</summary>
    public static string? FindProblem(HostileRequest request, RawAnswer answer)
    {
        if (!request.Expected.Contains(answer.Status))
        {
            return $"expected {string.Join(" or ", request.Expected)}, was answered {answer.Status} {Shown(answer)}";
        }
        if (request.IsBelowHttp && answer.Body.Length == 0) return null;
        if (answer.Header("content-type") != "application/problem+json")
        {
            return $"{answer.Status} with the content type '{answer.Header("content-type")}'";
        }
        if (answer.Status == 405 && answer.Header("allow").Length == 0) return "405 without Allow";
        if (answer.Status == 401 && answer.Header("www-authenticate").Length == 0) return "401 without WWW-Authenticate";
        return CheckBody(answer);
    }

    private static string? CheckBody(RawAnswer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var problem = document.RootElement;
            if (problem.GetProperty("status").GetInt32() != answer.Status) return "the body has another status";
            foreach (var member in (string[])["type", "title", "code", "detail"])
            {
                if (string.IsNullOrEmpty(problem.GetProperty(member).GetString())) return $"the body's {member} is empty";
            }
            if (!Uri.TryCreate(problem.GetProperty("type").GetString(), UriKind.RelativeOrAbsolute, out _))
            {
                return "the body's type is no URI";
            }
            var correlationId = problem.GetProperty("correlationId").GetString() ?? "";
            if (correlationId != answer.Header("x-correlation-id")) return "body and header have different correlation ids";
            if (!Plain().IsMatch(correlationId)) return $"the correlation id is '{correlationId}'";
            foreach (var error in problem.GetProperty("errors").EnumerateArray())
            {
                var pointer = error.GetProperty("pointer").GetString()!;
                if (pointer.Length > 0 && pointer[0] != '/') return $"'{pointer}' is no JSON pointer";
                if (string.IsNullOrEmpty(error.GetProperty("code").GetString())
                    || string.IsNullOrEmpty(error.GetProperty("message").GetString())) return "an error lacks its code or message";
            }
            return answer.Status == 422 && problem.GetProperty("errors").GetArrayLength() == 0 ? "422 names no field" : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"the body is no problem: {Shown(answer)}";
        }
    }

    private static string Shown(RawAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body);
        return text.Length > 300 ? text[..300] + "…" : text;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
