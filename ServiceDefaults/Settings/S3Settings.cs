using System.Text.RegularExpressions;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>Where the bytes of files are.</summary>
/// <param name="Endpoint">S3_ENDPOINT; null for Amazon's of the region.</param>
/// <param name="Bucket">S3_BUCKET.</param>
/// <param name="Region">S3_REGION, us-east-1.</param>
/// <param name="AccessKeyId">S3_ACCESS_KEY_ID.</param>
/// <param name="SecretAccessKey">S3_SECRET_ACCESS_KEY.</param>
/// <param name="ForcePathStyle">S3_FORCE_PATH_STYLE: the bucket in the path instead of the host; true where there is an endpoint.</param>
public sealed partial record S3Settings(
    Uri? Endpoint, string Bucket, string Region, string AccessKeyId, string SecretAccessKey, bool ForcePathStyle)
{
    private static readonly string[] Others = ["S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY",
        "S3_FORCE_PATH_STYLE"];

    /// <summary>The settings; null when there are none.</summary>
    public static S3Settings? Read(EnvironmentReader read)
    {
        if (read.Text("S3_BUCKET") is not { } bucket)
        {
            if (Array.Find(Others, name => read.Text(name) is not null) is { } lonely) read.Refuse($"S3_BUCKET is required with {lonely}");
            return null;
        }
        if (!BucketPattern().IsMatch(bucket))
        {
            read.Refuse("S3_BUCKET must be the name of a bucket: 3 to 63 lower-case letters, digits, '.' and '-'");
        }
        var endpoint = read.Address("S3_ENDPOINT", isRequired: false, ["http", "https"]);
        return new(
            endpoint, bucket, read.Name("S3_REGION", "us-east-1"), Required("S3_ACCESS_KEY_ID"), Required("S3_SECRET_ACCESS_KEY"),
            read.Choice("S3_FORCE_PATH_STYLE", endpoint is null ? "false" : "true", ["true", "false"]) == "true");

        string Required(string name)
        {
            if (read.Text(name) is { } text) return text;
            read.Refuse($"{name} is required with S3_BUCKET");
            return "";
        }
    }

    /// <summary>Where it is, and not what it is shown.</summary>
    public override string ToString() => $"S3 bucket {Bucket}";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketPattern();
}
