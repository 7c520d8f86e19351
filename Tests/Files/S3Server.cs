using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using Amazon.Runtime;
using Amazon.S3;

namespace AgentManagement.Tests.Files;

/// <summary>The S3 server of the tests, with a bucket of its own for them. Without a server what asks for it is skipped.</summary>
internal static class S3Server
{
    public const string Secret = "testsecret";

    private static readonly SemaphoreSlim Gate = new(1);
    private static bool _isReady;

    /// <summary>Settings of a service that uses it.</summary>
    /// <param name="endpoint">Another way to it.</param>
    public static async Task<S3Settings> SettingsAsync(Uri? endpoint = null)
    {
        var url = TestServers.S3;
        var credentials = url.UserInfo.Split(':');
        var settings = new S3Settings(new Uri(url.GetLeftPart(UriPartial.Scheme) + url.Authority.Split('@')[^1]),
            url.AbsolutePath.Trim('/'), "us-east-1", credentials[0], credentials[1], ForcePathStyle: true);
        await Gate.WaitAsync();
        try
        {
            if (!_isReady) await Await.Until(() => TryMakeBucketAsync(settings), "the S3 server is up");
            _isReady = true;
        }
        finally
        {
            Gate.Release();
        }
        return endpoint is null ? settings : settings with { Endpoint = endpoint };
    }

    /// <summary>The store, with less patience than the service has.</summary>
    public static async Task<S3BlobStore> OpenAsync(Uri? endpoint = null) =>
        new(await SettingsAsync(endpoint), OutgoingAddresses.Of(new()), TimeSpan.FromSeconds(2));

    // Whoever started the server may not have waited for it.
    private static async Task<bool> TryMakeBucketAsync(S3Settings settings)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = settings.Endpoint!.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = settings.Region,
                MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(20),
            });
        try
        {
            await client.PutBucketAsync(settings.Bucket);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "BucketAlreadyExists" or "BucketAlreadyOwnedByYou")
        {
            return true;
        }
        catch (Exception exception) when (exception is AmazonServiceException or HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
