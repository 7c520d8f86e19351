# Two images from one build, and one to try the service with (docker-compose.demo.yml):
#   docker build --target silo    -t agent-management-silo .
#   docker build --target gateway -t agent-management-gateway .
#   docker build --target demo    -t agent-management-demo .
# Built on the builder's own platform, for any: what is published is not of one architecture, so that no emulation is needed for another, and
# packages are those of the lock files.

FROM --platform=$BUILDPLATFORM \
    mcr.microsoft.com/dotnet/sdk:10.0-noble@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317 AS restore
WORKDIR /source
# Only what decides which packages are needed, so that a change of code does not restore them again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Grains.Interfaces/Grains.Interfaces.csproj Grains.Interfaces/packages.lock.json Grains.Interfaces/
COPY ClusterClient/ClusterClient.csproj ClusterClient/packages.lock.json ClusterClient/
COPY Domain/Domain.csproj Domain/packages.lock.json Domain/
COPY Formats/Formats.csproj Formats/packages.lock.json Formats/
COPY ServiceDefaults/ServiceDefaults.csproj ServiceDefaults/packages.lock.json ServiceDefaults/
COPY Grains/Grains.csproj Grains/packages.lock.json Grains/
COPY WebGateway/WebGateway.csproj WebGateway/packages.lock.json WebGateway/
COPY Silo/Silo.csproj Silo/packages.lock.json Silo/
COPY Client/Client.csproj Client/packages.lock.json Client/
COPY Demonstration/Demonstration.csproj Demonstration/packages.lock.json Demonstration/
COPY Console/Console.csproj Console/packages.lock.json Console/
COPY App/App.csproj App/packages.lock.json App/
# App is made of all.
RUN dotnet restore App/App.csproj --locked-mode

FROM restore AS publish
COPY . .
RUN dotnet publish Silo/Silo.csproj -c Release --no-restore -p:UseAppHost=false -o /publish/silo
# The console, trimmed and compressed: files that a gateway serves. All that its first page needs is at most 4 MB.
RUN dotnet publish Console/Console.csproj -c Release --no-restore -o /publish/console \
    && test "$(find /publish/console/wwwroot -name '*.br' -exec cat {} + | wc -c)" -le 4194304
RUN dotnet publish WebGateway/WebGateway.csproj -c Release --no-restore -p:UseAppHost=false -o /publish/gateway

# No shell, no package manager, no root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled@sha256:48e51f2f6798897be7ac4e775c049ed8fe60d3190f637e1f9c9dc7513efa659c AS runtime
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
# Diagnostics would write to /tmp, and the root file system may be read-only. The port is SERVICE_PORT's to say.
# An image that is told nothing refuses to start; it does not fall back to a development mode.
ENV DOTNET_EnableDiagnostics=0 \
    ASPNETCORE_HTTP_PORTS= \
    ENVIRONMENT=production
# The time zones that MAINTENANCE_WINDOW may name.
COPY --from=restore /usr/share/zoneinfo /usr/share/zoneinfo
WORKDIR /app
# The image's user `app`, as a number: Kubernetes cannot tell of a name that it is not root.
USER 1654

# The whole service in one process, for this machine: never where others reach it.
FROM publish AS publish-demo
RUN dotnet publish App/App.csproj -c Release --no-restore -p:UseAppHost=false -o /publish/demo

FROM runtime AS demo
LABEL org.opencontainers.image.title="Agent Management Service: demo" \
      org.opencontainers.image.description="Gateway and silo in one process, to try; gives a token to whoever asks."
COPY --from=publish-demo /publish/demo .
COPY --from=publish /publish/console/wwwroot console
EXPOSE 8080
ENTRYPOINT ["dotnet", "AgentManagement.App.dll"]

FROM runtime AS gateway
LABEL org.opencontainers.image.title="Agent Management Service: gateway" \
      org.opencontainers.image.description="Turns HTTP into grain calls. Holds no database credentials."
COPY --from=publish /publish/gateway .
COPY --from=publish /publish/console/wwwroot console
EXPOSE 8080 9090
ENTRYPOINT ["dotnet", "AgentManagement.WebGateway.dll"]

FROM runtime AS silo
LABEL org.opencontainers.image.title="Agent Management Service: silo" \
      org.opencontainers.image.description="Hosts the grains. With the argument migrate, applies the database schema instead."
# The image has no Kerberos libraries, and the PostgreSQL driver would look for them at every connection.
ENV PGGSSENCMODE=disable
COPY --from=publish /publish/silo .
EXPOSE 8080 9090 11111 30000
ENTRYPOINT ["dotnet", "AgentManagement.Silo.dll"]
CMD ["silo"]
