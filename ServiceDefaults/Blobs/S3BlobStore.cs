using System.Buffers;
using System.Net;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>Bytes in a bucket of an S3 store. Of an upload one part is in memory at a time (ADR 12).</summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    // S3 takes parts from 5 MiB on, and 10,000 of them: 78 GiB.
    private const int PartBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private readonly AmazonS3Client _client;
    private readonly S3Settings _settings;
    private readonly TimeSpan _timeout;

    /// <param name="settings">Where the store is, and what it is shown.</param>
    /// <param name="addresses">To which it may lead.</param>
    /// <param name="timeout">How long it may be silent; null for the default.</param>
    public S3BlobStore(S3Settings settings, OutgoingAddresses addresses, TimeSpan? timeout = null)
    {
        (_settings, _timeout) = (settings, timeout ?? DefaultTimeout);
        var config = new AmazonS3Config
        {
            HttpClientFactory = new ClientFactory(addresses),
            ForcePathStyle = settings.ForcePathStyle, AuthenticationRegion = settings.Region, Timeout = _timeout, MaxErrorRetry = 2,
            // Other stores than Amazon's know the newer checksums in part only; the signature covers each part's SHA-256 anyway.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint) config.ServiceURL = endpoint.AbsoluteUri;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        _client = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKeyId, settings.SecretAccessKey), config);
    }

    public int MaxBuffered => PartBytes;

    public async Task WriteAsync(string tenantId, string blob, Stream content, long? length, CancellationToken cancellationToken)
    {
        var key = BlobKey.Of(tenantId, blob);
        // One byte more than there should be: so that more are noticed.
        var size = length < PartBytes ? (int)length + 1 : PartBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
            if (read > length) throw new ArgumentException("The stream is longer than was said.", nameof(length));
            if (read < PartBytes) await TryAsync(
                () => _client.PutObjectAsync(Put(key, buffer, read), cancellationToken), cancellationToken);
            else await WriteInPartsAsync(key, buffer, content, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<Stream> OpenAsync(string tenantId, string blob, BytePart part, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = _settings.Bucket, Key = BlobKey.Of(tenantId, blob),
            ByteRange = new ByteRange(part.From, part.From + part.Length - 1),
        };
        var response = await TryAsync(() => _client.GetObjectAsync(request, cancellationToken), cancellationToken);
        return new TimeoutStream(response.ResponseStream, _timeout);
    }

    public Task DeleteAsync(string tenantId, string blob, CancellationToken cancellationToken) =>
        TryAsync(() => _client.DeleteObjectAsync(_settings.Bucket, BlobKey.Of(tenantId, blob), cancellationToken), cancellationToken);

    public async Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore, CancellationToken cancellationToken)
    {
        var (names, prefix) = (ImmutableArray.CreateBuilder<string>(), BlobKey.PrefixOf(tenantId));
        await foreach (var page in PagesAsync(
            new ListObjectsV2Request { BucketName = _settings.Bucket, Prefix = prefix }, cancellationToken))
        {
            names.AddRange((page.S3Objects ?? [])
                .Where(each => each.LastModified?.ToUniversalTime() < storedBefore.UtcDateTime
                    && GrainKeys.IsBlob(each.Key[prefix.Length..]))
                .Select(each => each.Key[prefix.Length..]));
        }
        return names.ToImmutable();
    }

    public async Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore, CancellationToken cancellationToken)
    {
        // One page: what is left over is for the next time.
        var uploads = await TryAsync(() => _client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = _settings.Bucket, Prefix = BlobKey.PrefixOf(tenantId) }, cancellationToken),
                cancellationToken);
        foreach (var upload in (uploads.MultipartUploads ?? [])
            .Where(each => each.Initiated?.ToUniversalTime() < startedBefore.UtcDateTime))
        {
            await TryAsync(() => AbortAsync(upload.Key, upload.UploadId), cancellationToken);
        }
    }

    public async Task<ImmutableArray<string>> ListTenantsAsync(CancellationToken cancellationToken)
    {
        var tenants = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (
            var page in PagesAsync(
            new ListObjectsV2Request { BucketName = _settings.Bucket, Prefix = BlobKey.Root, Delimiter = "/" }, cancellationToken))
        {
            tenants.UnionWith((page.CommonPrefixes ?? []).Select(TenantOf));
        }
        var uploads = await TryAsync(() => _client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = _settings.Bucket, Prefix = BlobKey.Root }, cancellationToken),
                cancellationToken);
        tenants.UnionWith((uploads.MultipartUploads ?? []).Select(upload => TenantOf(upload.Key)));
        return [.. tenants.Where(GrainKeys.IsTenantId)];

        static string TenantOf(string key) => key[BlobKey.Root.Length..].Split('/')[0];
    }

    public Uri LinkTo(string tenantId, StoredFile file, DateTimeOffset expiresAt) => new(_client.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = _settings.Bucket, Key = BlobKey.Of(tenantId, file.Blob), Verb = HttpVerb.GET, Expires = expiresAt.UtcDateTime,
        Protocol = _settings.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        ResponseHeaderOverrides = new ResponseHeaderOverrides
        {
            ContentType = file.MediaType, ContentDisposition = FileHeaders.AttachmentOf(file), CacheControl = FileHeaders.Caching,
        },
    }));

    public Task CheckAsync(CancellationToken cancellationToken) => TryAsync(
        () => _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _settings.Bucket, Prefix = BlobKey.Root, MaxKeys = 1 },
            cancellationToken), cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task WriteInPartsAsync(string key, byte[] buffer, Stream content, CancellationToken cancellationToken)
    {
        var upload = await TryAsync(() => _client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = _settings.Bucket, Key = key }, cancellationToken), cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            for (var length = PartBytes; length > 0;)
            {
                var request = new UploadPartRequest
                {
                    BucketName = _settings.Bucket, Key = key, UploadId = upload.UploadId, PartNumber = parts.Count + 1, PartSize = length,
                    InputStream = new MemoryStream(buffer, 0, length, writable: false), UseChunkEncoding = false,
                };
                var part = await TryAsync(() => _client.UploadPartAsync(request, cancellationToken), cancellationToken);
                parts.Add(new PartETag(request.PartNumber.Value, part.ETag));
                length = length < PartBytes ? 0
                    : await content.ReadAtLeastAsync(
                        buffer.AsMemory(0, PartBytes), PartBytes, throwOnEndOfStream: false, cancellationToken);
            }
            await TryAsync(() => _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = _settings.Bucket, Key = key, UploadId = upload.UploadId,
                    PartETags = parts
                }, cancellationToken), cancellationToken);
        }
        catch
        {
            await TryAbortAsync(key, upload.UploadId);
            throw;
        }
    }

    private PutObjectRequest Put(string key, byte[] buffer, int length) => new()
    {
        BucketName = _settings.Bucket, Key = key, InputStream = new MemoryStream(buffer, 0, length, writable: false),
        UseChunkEncoding = false,
    };

    private Task<AbortMultipartUploadResponse> AbortAsync(string key, string uploadId) =>
        _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest
        {
            BucketName = _settings.Bucket, Key = key,
            UploadId = uploadId
        });

    /// <summary>Whatever ended the upload is what is to be told; parts that stay are for the next collection.</summary>
    private async Task TryAbortAsync(string key, string uploadId)
    {
        try
        {
            await AbortAsync(key, uploadId);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            // See above.
        }
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        ListObjectsV2Request request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await TryAsync(() => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (IsOfStore(exception) && !cancellationToken.IsCancellationRequested)
        {
            // What is missing of a bucket's content is no wrong setting; what is missing altogether is.
            var isRefused = exception is AmazonS3Exception
            {
                StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest
                    or HttpStatusCode.MovedPermanently,
            } or AmazonS3Exception { ErrorCode: "NoSuchBucket" };
            throw new BlobStoreException(isRefused ? "The S3 store refuses." : "The S3 store does not answer.", exception)
            {
                IsRefused = isRefused,
            };
        }
    }

    private static bool IsOfStore(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException
            or TimeoutException or IOException;

    private sealed class ClientFactory(OutgoingAddresses addresses) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(OutgoingHttp.CreateHandler(addresses))
        {
            Timeout = clientConfig.Timeout ?? DefaultTimeout,
        };
    }
}
