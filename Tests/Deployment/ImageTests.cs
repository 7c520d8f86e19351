namespace AgentManagement.Tests.Deployment;

public sealed class ImageTests
{
    private static readonly ImmutableSortedSet<string> Published =
        Images.ProjectsOf("Silo/Silo.csproj").Union(Images.ProjectsOf("WebGateway/WebGateway.csproj"))
            .Union(Images.ProjectsOf("App/App.csproj"));

    [Theory, InlineData("silo", "Silo/Silo.csproj", "publish"), InlineData("gateway", "WebGateway/WebGateway.csproj", "publish"),
        InlineData("demo", "App/App.csproj", "publish-demo")]
    public void An_image_starts_the_program_that_was_published_for_it(string image, string project, string stage)
    {
        Assert.Contains(Images.Of(stage, "RUN"), command =>
            command.StartsWith($"dotnet publish {project} -c Release ", StringComparison.Ordinal)
                && command.EndsWith($" -o /publish/{image}", StringComparison.Ordinal));
        string[] console = image == "silo" ? [] : ["--from=publish /publish/console/wwwroot console"];
        Assert.Equal([$"--from={stage} /publish/{image} .", .. console], Images.Of(image, "COPY"));
        Assert.Equal(["dotnet", $"{Images.AssemblyOf(project)}.dll"],
            JsonSerializer.Deserialize<string[]>(Images.Of(image, "ENTRYPOINT").Single())!);
    }

    [Fact]
    public void The_console_is_built_only_while_it_is_small() => Assert.Contains(Images.Of("publish", "RUN"), command =>
        command.StartsWith("dotnet publish Console/Console.csproj ", StringComparison.Ordinal)
            && command.EndsWith("-name '*.br' -exec cat {} + | wc -c)\" -le 4194304", StringComparison.Ordinal));

    [Fact]
    public void The_build_restores_only_once()
    {
        var commands = Images.Instructions.Where(instruction => instruction.Word == "RUN").Select(instruction => instruction.Operand)
            .ToList();
        Assert.Equal(5, commands.Count);
        Assert.All(commands.Where(command => command.Contains("publish", StringComparison.Ordinal)), command =>
            Assert.Contains("--no-restore", command, StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_are_restored_from_every_project_file_and_from_no_code()
    {
        var copied = Images.Of("restore", "COPY").SelectMany(copy => copy.Split(' ')[..^1]).ToList();
        Assert.Equal(Published, copied.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).ToImmutableSortedSet());
        Assert.All(copied, file => Assert.True(File.Exists(Repository.PathOf(file)), file));
        // In the versions that were tested, and none that came since.
        Assert.Equal(Published.Select(project => $"{Path.GetDirectoryName(project)}/packages.lock.json").Order(StringComparer.Ordinal),
            copied.Where(file => file.EndsWith("packages.lock.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("--locked-mode", Assert.Single(Images.Of("restore", "RUN")), StringComparison.Ordinal);
        Assert.Equal(["Directory.Build.props", "Directory.Packages.props", "global.json"],
            copied.Where(file => !file.Contains('/', StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void What_the_build_needs_is_let_through_and_nothing_else()
    {
        var lines = Repository.Read(".dockerignore").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        Assert.Equal("*", lines[0]);
        string[] files = [".editorconfig", "Directory.Build.props", "Directory.Packages.props", "global.json"];
        var folders = Published.Select(project => Path.GetDirectoryName(project)!);
        Assert.Equal(files.Concat(folders).Order(), lines.Where(line => line[0] == '!').Select(line => line[1..]).Order());
        Assert.All(["**/bin", "**/obj"], folder => Assert.Contains(folder, lines));
    }

    [Fact]
    public void An_image_is_production_without_root_shell_and_writable_files()
    {
        Assert.True(Images.User > 0);
        Assert.All(Compose.Services.Where(service =>
            Compose.Image(service.Value!).Name.StartsWith("agent-management", StringComparison.Ordinal)), service =>
            Assert.Equal($"{Images.User}:{Images.User}", service.Value!["user"]!.GetValue<string>()));
        Assert.Matches("-chiseled@[^ ]+ AS runtime$", Images.Of("runtime", "FROM").Single());
        Assert.DoesNotContain(Images.Instructions, instruction => instruction.Stage is "runtime" or "silo" or "gateway"
            && instruction.Word == "RUN");
        var variables = Images.Of("runtime", "ENV").Single().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("ENVIRONMENT=production", variables);
        Assert.Contains("DOTNET_EnableDiagnostics=0", variables);
    }

    [Fact]
    public void The_database_driver_does_not_look_for_libraries_that_the_image_lacks() =>
        Assert.Contains("PGGSSENCMODE=disable", Images.Of("silo", "ENV"));

    [Fact]
    public void Without_arguments_the_silo_image_is_a_silo() => Assert.Equal("""["silo"]""", Images.Of("silo", "CMD").Single());

    [Fact]
    public void Ports_are_those_that_the_processes_listen_on()
    {
        var silo = Compose.Containers.First(container => container.Name.EndsWith("silo-1", StringComparison.Ordinal)).ReadSettings();
        Assert.Equal(
            [$"{silo.ServicePort} {silo.ManagementPort} {silo.Silo.SiloPort} {silo.Silo.SiloGatewayPort}"], Images.Of("silo", "EXPOSE"));
        Assert.Equal([$"{silo.ServicePort} {silo.ManagementPort}"], Images.Of("gateway", "EXPOSE"));
    }

    [Theory, InlineData("silo"), InlineData("gateway")]
    public void An_image_says_what_it_is(string image)
    {
        var labels = string.Join(' ', Images.Of("runtime", "LABEL").Concat(Images.Of(image, "LABEL")));
        Assert.All(["title", "description", "version", "revision"], label =>
            Assert.Contains($"org.opencontainers.image.{label}=", labels, StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_and_Kubernetes_start_images_that_are_built()
    {
        foreach (var (name, service) in Compose.Services.Where(service => service.Value!["build"] is not null))
        {
            Assert.Equal($"agent-management-{service!["build"]!["target"]}", Compose.Image(service).Name);
            Assert.NotEmpty(Images.Of(service["build"]!["target"]!.ToString(), "ENTRYPOINT"));
        }
        Assert.Equal(["gateway", "silo-1"], Compose.Services.Where(service => service.Value!["build"] is not null)
            .Select(service => service.Key).Order());
        var known = Manifests.Kustomization["images"]!.AsArray().Select(image => image!["name"]!.ToString());
        Assert.Equal(known.Order(), DeployedContainer.All.Select(container => container.Image).Distinct().Order());
    }
}
