using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>
/// Mutual TLS between silos, and between them and their clients. Whoever has a certificate of the authority is one of them, whatever name
/// is in it: pods come and go with their addresses. The files are read again when they were changed, for the connections to come.
/// </summary>
public sealed class ClusterTls
{
    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const string Authority = "ca.crt";

    private readonly string _directory;
    private readonly Lock _gate = new();
    private Material _material;

    private ClusterTls(string directory) => (_directory, _material) = (directory, Read(directory));

    /// <summary>What a directory holds: the certificate, its key and the authority's certificate, as cert-manager writes them.</summary>
    /// <param name="directory">Null for none.</param>
    /// <returns>Null where nothing of it is there, so that there is no TLS.</returns>
    /// <exception cref="InvalidOperationException">Something of it is missing, or cannot be used.</exception>
    public static ClusterTls? Find(string? directory)
    {
        if (directory is null || Array.TrueForAll([Certificate, Key, Authority], name => !File.Exists(Path.Combine(directory, name))))
        {
            return null;
        }
        try
        {
            return new(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            throw new InvalidOperationException(
                $"{Certificate}, {Key} and {Authority} must be a certificate, its key and the certificate of its authority.", exception);
        }
    }

    /// <summary>Has a silo's two ports speak TLS.</summary>
    public void Use(ISiloBuilder silo) => silo.UseTls(Apply);

    /// <summary>Has a client of the silos speak TLS.</summary>
    public void Use(IClientBuilder client) => client.UseTls(Apply);

    /// <summary>Whether a certificate is of the authority, and in time.</summary>
    internal bool IsTrusted(X509Certificate2? certificate)
    {
        if (certificate is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Current.Authorities);
        // The authority is this cluster's own: who is no longer to be one of it gets no new certificate.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private Material Current
    {
        get
        {
            lock (_gate)
            {
                if (_material.ChangedAt == ChangedAt(_directory)) return _material;
                // Of files that are just being changed what was there before goes on.
                try
                {
                    _material = Read(_directory);
                }
                catch (Exception exception) when (exception is IOException or System.Security.Cryptography.CryptographicException)
                {
                    // See above.
                }
                return _material;
            }
        }
    }

    private void Apply(TlsOptions options)
    {
        options.LocalCertificate = _material.Certificate;
        options.LocalServerCertificateSelector = (_, _) => Current.Certificate;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => Current.Certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, _, _) => IsTrusted(certificate);
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = "agent-management";
    }

    private static DateTime ChangedAt(string directory) => File.GetLastWriteTimeUtc(Path.Combine(directory, Certificate));

    private static Material Read(string directory)
    {
        var changedAt = ChangedAt(directory);
        using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(directory, Certificate), Path.Combine(directory, Key));
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(directory, Authority));
        // Windows has no use for a key that is in memory only.
        return new(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), authorities, changedAt);
    }

    private sealed record Material(X509Certificate2 Certificate, X509Certificate2Collection Authorities, DateTime ChangedAt);
}
