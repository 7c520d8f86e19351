using System.Security.Cryptography;
using System.Text;
using AgentManagement.Audit;
using AgentManagement.Domain.Audit;

namespace AgentManagement.Tests.Audit;

/// <summary>The check of a log, a few rows at a time.</summary>
public sealed class ChainRulesTests
{
    private static readonly LoggedRow[] Rows = Make(6);

    [Fact]
    public void Fields_are_hashed_with_their_lengths_so_that_no_two_lists_are_alike()
    {
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("1:a;-;0:;4:🤖;"))), ChangeHash.Of("a", null, "", "🤖"));
        string?[][] lists = [["a", "b"], ["ab", ""], ["", "ab"], ["a;1:b"], ["a", "b", null], ["a", null, "b"], ["a", "b", ""], ["-"],
            [null]];
        Assert.Distinct(lists.Select(fields => ChangeHash.Of(fields)));
    }

    [Fact]
    public void A_log_is_checked_in_steps_that_go_on_where_the_one_before_ended()
    {
        var first = ChainRules.Check(ChainPosition.Start, HeadOf(Rows), Rows[..3], isCut: true);
        Assert.Equal((3, 3, null, false), (first.Checked, first.Last.Revision, first.Fault, first.IsLast));
        var second = ChainRules.Check(first.Last, HeadOf(Rows), Rows[2..], isCut: false);
        Assert.Equal((3, 6, null, true), (second.Checked, second.Last.Revision, second.Fault, second.IsLast));
    }

    [Fact]
    public void A_step_that_was_cut_says_nothing_of_the_end() =>
        Assert.Null(ChainRules.Check(ChainPosition.Start, HeadOf(Rows) with { Hash = "other", Last = 9 }, Rows[..3], isCut: true).Fault);

    [Fact]
    public void What_was_found_right_before_must_still_be_there()
    {
        var after = new ChainPosition(3, Rows[2].Hash!);
        Assert.Equal(new(3, ChainReason.Altered), ChainRules.Check(
            after with { Hash = "other" }, HeadOf(Rows), Rows[2..], isCut: false).Fault);
        Assert.Equal(new(3, ChainReason.Missing), ChainRules.Check(after, HeadOf(Rows), Rows[3..], isCut: false).Fault);
        Assert.Equal(new(3, ChainReason.Missing), ChainRules.Check(after, HeadOf(Rows[..2]), [], isCut: false).Fault);
    }

    [Fact]
    public void A_row_that_comes_twice_was_added() =>
        Assert.Equal(new(2, ChainReason.Added), ChainRules.Check(
            ChainPosition.Start, HeadOf(Rows), [Rows[0], Rows[1], Rows[1], Rows[2]], isCut: true).Fault);

    private static ChainHead HeadOf(LoggedRow[] rows) => new(rows[^1].Revision, rows[^1].Hash!, 1, rows[^1].Revision);

    private static LoggedRow[] Make(int count)
    {
        var (rows, previous) = (new List<LoggedRow>(), "");
        for (var revision = 1; revision <= count; revision++)
        {
            var row = new LoggedRow { TenantId = "acme", Revision = revision, EventId = $"e{revision}", Actor = "ana" };
            previous = row.HashAfter(previous);
            rows.Add(row with { Hash = previous });
        }
        return [.. rows];
    }
}
