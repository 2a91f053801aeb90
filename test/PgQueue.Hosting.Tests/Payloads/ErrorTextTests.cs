using System.Runtime.CompilerServices;
using System.Text;
using PgQueue.Payloads;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class ErrorTextTests
{
    [TestCase("a\0b", "a\ufffdb", TestName = "NUL")]
    [TestCase("a\tb\r\nc", "a\tb\nc", TestName = "tab and line ends")]
    [TestCase("\u001b[1;31mred\u001b[0m\u001bc", "redc", TestName = "ANSI escapes")]
    [TestCase("\u009b31mred\u001b[", "red", TestName = "C1 escapes and a cut one")]
    [TestCase("a\u202eb\u2066c\u200fd\u061ce\u2028f", "abcdef", TestName = "direction controls")]
    [TestCase("\u0007\u0085\u007f😀", "😀", TestName = "control characters")]
    public void Text_is_made_storable(string text, string expected) =>
        Assert.That(ErrorText.Clean(text, 100), Is.EqualTo(expected));

    [Test]
    public void Halves_of_pairs_are_replaced() =>
        Assert.That(ErrorText.Clean("a\ud800b\udc00", 100), Is.EqualTo("a\ufffdb\ufffd"));

    [TestCase("aaaa", 4, "aaaa")]
    [TestCase("aaaaa", 4, "a…")]
    [TestCase("😀😀", 7, "😀…")]
    [TestCase("😀😀", 6, "…")]
    [TestCase("😀", 3, "…")]
    [TestCase("ab", 1, "")]
    [TestCase("", 0, "")]
    public void Text_is_cut_between_characters(string text, int maxBytes, string expected) =>
        Assert.That(ErrorText.Clean(text, maxBytes), Is.EqualTo(expected));

    [Test]
    public void Messages_come_first_and_stack_traces_after()
    {
        var text = ErrorText.From(Thrown(new InvalidOperationException("outer", Thrown(new FormatException("inner")))));
        Assert.That(text, Does.StartWith("System.InvalidOperationException: outer\n ---> System.FormatException: inner\n   at ")
            .And.Contain("End of inner exception stack trace"));
    }

    [Test]
    public void Huge_messages_leave_room_for_the_inner_one()
    {
        var text = ErrorText.From(new InvalidOperationException(new string('é', 1_000_000), new FormatException("root cause")));
        Assert.That(text, Does.Contain("root cause"));
        Assert.That(Encoding.UTF8.GetByteCount(text), Is.LessThanOrEqualTo(ErrorText.MaxBytes));
    }

    [Test]
    public void A_chain_of_ten_thousand_is_cut()
    {
        Exception chain = new FormatException("root");
        for (var i = 0; i < 10_000; i++)
            chain = new InvalidOperationException("link", chain);
        Assert.That(ErrorText.From(chain), Does.StartWith("System.InvalidOperationException: link"));
    }

    [Test]
    public void An_exception_that_cannot_describe_itself_is_known_by_its_type() =>
        Assert.That(ErrorText.From(new Hostile()), Does.StartWith(typeof(Hostile).FullName!).And.Contain("NotFiniteNumberException"));

    [Test]
    public void An_exception_whose_message_recurses_is_known_by_its_type() =>
        Assert.That(ErrorText.From(new Recursive()), Does.StartWith(typeof(Recursive).FullName!).And.Contain("InsufficientExecutionStackException"));

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private sealed class Hostile : Exception
    {
        public override string Message => throw new NotFiniteNumberException();

        public override string StackTrace => throw new NotFiniteNumberException();

        public override string ToString() => throw new NotFiniteNumberException();

        public override bool Equals(object? obj) => throw new NotFiniteNumberException();

        public override int GetHashCode() => throw new NotFiniteNumberException();
    }

    private sealed class Recursive : Exception
    {
        public override string Message
        {
            get
            {
                RuntimeHelpers.EnsureSufficientExecutionStack();
                return ToString();
            }
        }
    }
}
