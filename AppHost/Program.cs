// The service as it is deployed, two silos and a gateway on PostgreSQL and Redis, for development: dotnet run --project AppHost.
var builder = DistributedApplication.CreateBuilder(args);
var database = builder.AddPostgres("postgres").AddDatabase("database", "agent_management");
var redis = builder.AddRedis("redis");

var first = AddSilo("silo-1").WaitFor(database);
// The first one applies the schema.
var second = AddSilo("silo-2").WaitFor(first);
Shared(builder.AddProject<Projects.WebGateway>("gateway", options => options.ExcludeLaunchProfile = true))
    .WithHttpEndpoint(port: 8080, env: "SERVICE_PORT").WithHttpHealthCheck("/health/ready").WithExternalHttpEndpoints()
    .WaitFor(second);
builder.Build().Run();

IResourceBuilder<ProjectResource> AddSilo(string name) =>
    Shared(builder.AddProject<Projects.Silo>(name, options => options.ExcludeLaunchProfile = true))
        .WithArgs("silo").WithHttpEndpoint(env: "SERVICE_PORT").WithHttpHealthCheck("/health/ready")
        .WithEnvironment("SILO_COUNT", "2").WithEnvironment("DATABASE_URL", database.Resource.UriExpression);

// The bytes of files are in a folder that all of them reach.
IResourceBuilder<ProjectResource> Shared(IResourceBuilder<ProjectResource> process) => process
    .WithEnvironment("DATA_DIRECTORY", Path.GetFullPath("../data", builder.AppHostDirectory))
    .WithEnvironment("REDIS_URI", redis.Resource.UriExpression).WaitFor(redis);
