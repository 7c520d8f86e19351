using AgentManagement.Domain.Files;
using AgentManagement.Files;

namespace AgentManagement.Tests.Files;

/// <summary>What becomes of a file's record: state + command → outcome.</summary>
public sealed class FileRulesTests
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);
    private static readonly string Id = FileId.Of(new byte[32]);
    private static readonly AddFile Adding = new("guide.pdf", "application/pdf", 10, new string('a', 32), Given.Now);

    private static readonly FileContext Context = new(
        "acme", Id, Given.Caller, Given.Limits with
        {
            FileMebibytes = 1,
            TotalFileMebibytes = 2,
            FileTypes = ["application/pdf", "image/*"]
        },
        BytesKept: 0, Referrers: [], UnusedSince: null, Grace, Given.Now);

    private static readonly FileState Stored = FileRules.Decide(new(), Adding, Context).Value!.State!;

    [Theory, InlineData(Mebibyte, true), InlineData(Mebibyte + 1, false)]
    public void A_file_may_be_as_large_as_the_tier_says(long size, bool isAllowed) =>
        Judge(FileRules.Decide(new(), Adding with { Size = size }, Context), isAllowed ? null : "file_too_large");

    [Theory, InlineData(2 * Mebibyte - 10, true), InlineData(2 * Mebibyte - 9, false)]
    public void All_files_together_may_be_as_large_as_the_tier_says(long kept, bool isAllowed)
    {
        var outcome = FileRules.Decide(new(), Adding, Context with { BytesKept = kept });
        Judge(outcome, isAllowed ? null : "file_bytes_limit");
        if (!isAllowed) Assert.Equal((OutcomeKind.QuotaExceeded, "quota_exceeded"), (outcome.Kind, outcome.Code));
    }

    [Theory, InlineData("application/pdf", true), InlineData("application/pdfx", false), InlineData("image/png", true),
        InlineData("text/html", false)]
    public void A_file_is_of_a_type_that_the_tier_names(string type, bool isAllowed) =>
        Judge(FileRules.Decide(new(), Adding with { MediaType = type }, Context), isAllowed ? null : "file_type");

    [Theory, InlineData(""), InlineData(" "), InlineData("a/b"), InlineData("a\\b"), InlineData(".."), InlineData("a\nb")]
    public void A_path_is_no_name(string name) => Judge(FileRules.Decide(new(), Adding with { Name = name }, Context), "invalid_name");

    [Fact]
    public void What_took_too_long_may_be_garbage_by_now()
    {
        Assert.True(FileRules.Decide(new(), Adding, Context with { Now = Given.Now + FileRules.LongestUpload }).IsOk);
        Assert.Equal("upload_expired",
            FileRules.Decide(new(), Adding, Context with { Now = Given.Now + FileRules.LongestUpload + TimeSpan.FromSeconds(1) }).Code);
        Assert.True(FileRules.LongestUpload < FileRules.GarbageAge / 2);
    }

    [Fact]
    public void The_same_bytes_again_are_the_file_that_is_there_whatever_the_quota_says()
    {
        var again = FileRules.Decide(
            Stored, Adding with { Name = "other.pdf", Blob = new string('b', 32) }, Context with { BytesKept = 2 * Mebibyte });
        Assert.True(again.IsOk);
        Assert.Equal(FileDecision.Nothing, again.Value);
    }

    [Fact]
    public void Nothing_that_is_referred_to_is_deleted()
    {
        Assert.Equal("in_use", FileRules.Decide(Stored, new DeleteFile(), Used(Context)).Code);
        Assert.Equal("permission_denied", FileRules.Decide(Stored, new DeleteFile { Force = true }, Used(Context)).Code);
        var admin = Context with { Caller = Given.Caller with { Role = "admin" } };
        Assert.Equal("in_use", FileRules.Decide(Stored, new DeleteFile(), Used(admin)).Code);
        Assert.Null(FileRules.Decide(Stored, new DeleteFile { Force = true }, Used(admin)).Value!.State!.File);
        Assert.Null(FileRules.Decide(Stored, new DeleteFile(), Context).Value!.State!.File);
        Assert.Equal(OutcomeKind.NotFound, FileRules.Decide(new(), new DeleteFile(), Context).Kind);
    }

    [Fact]
    public void A_collection_marks_first_and_removes_after_the_grace_period()
    {
        Assert.Equal(new FileDecision(null, new FileMark { Version = 1, UnusedSince = Given.Now }),
            FileRules.Decide(Stored, new CollectFile(), Context).Value);

        var marked = Context with { UnusedSince = Given.Now };
        Assert.Equal(FileDecision.Nothing,
            FileRules.Decide(Stored, new CollectFile(), marked with { Now = Given.Now + Grace - TimeSpan.FromSeconds(1) }).Value);
        var gone = FileRules.Decide(Stored, new CollectFile(), marked with { Now = Given.Now + Grace }).Value!.State!;
        Assert.Null(gone.File);
        Assert.Equal(("file_deleted", -10L), (gone.Change!.Kind, gone.Change!.Delta.FileBytes));
    }

    [Fact]
    public void Use_and_another_upload_begin_the_grace_period_anew()
    {
        var late = Context with { UnusedSince = Given.Now, Now = Given.Now + (Grace * 2) };
        var unmarked = new FileDecision(null, new FileMark { Version = 1 });
        Assert.Equal(unmarked, FileRules.Decide(Stored, new CollectFile(), Used(late)).Value);
        Assert.Equal(unmarked, FileRules.Decide(Stored, Adding, late).Value);
    }

    private static void Judge(Outcome<FileDecision> outcome, string? code)
    {
        Assert.Equal(code is null, outcome.IsOk);
        if (code is not null) Assert.Equal(code, outcome.Issues.Single().Code);
    }

    private static FileContext Used(FileContext context) => context with { Referrers = [new("agent", "bot")] };
}
