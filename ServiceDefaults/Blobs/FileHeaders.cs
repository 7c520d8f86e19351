using AgentManagement.Files;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>How a file's bytes are given out: to be saved, never to be shown or run by a browser.</summary>
public static class FileHeaders
{
    public const string Caching = "private, no-cache";

    // Even where a browser is made to show it: no script, no form, no origin.
    private const string Sandbox = "default-src 'none'; sandbox; frame-ancestors 'none'";

    /// <summary>The bytes of an id never change.</summary>
    public static string TagOf(StoredFile file) => $"\"{file.Id}\"";

    /// <summary>Content-Disposition: the name in ASCII for old clients, and as it is (RFC 6266).</summary>
    public static string AttachmentOf(StoredFile file)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        return disposition.ToString();
    }

    public static void Set(HttpResponse response, StoredFile file)
    {
        response.ContentType = file.MediaType;
        response.Headers.ContentDisposition = AttachmentOf(file);
        response.Headers.ContentSecurityPolicy = Sandbox;
    }
}
