using System.Buffers;
using System.Text;
using Ciclo.Core.Mail;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Screens;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>Messages as they travel, without any connection.</summary>
public sealed class MailTests
{
    private static readonly string Id = "msg_0123456789abcdef0123456789abcdef";

    [Fact]
    public void No_value_can_begin_a_header_of_its_own_and_no_line_is_too_long()
    {
        var evil = "x\r\nBcc: all@example.com\n\rContent-Type: text/evil\u2028X: y\0";
        var mail = Mail("Ana " + evil, evil + new string('ñ', 300), [("List-Id", evil)]);
        var text = Written(mail);
        var read = MailPart.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(["from", "to", "subject", "date", "message-id", "list-id", "mime-version", "content-type"], read.Headers.Select(header => header.Name));
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 78 && !line.Contains('\n', StringComparison.Ordinal), line));
        Assert.True(Ascii.IsValid(text));
    }

    [Fact]
    public void Both_parts_read_back_as_they_were_written()
    {
        var html = "<p>¡Hola!</p>\n.dot\nFrom here\n" + new string('x', 200) + " \t\n=3D=\n" + string.Concat(Enumerable.Repeat("日本語 😀", 60)) + "\n";
        var read = MailPart.Read(Encoding.UTF8.GetBytes(Written(Mail("Ñ", "Hola", [], html, "Text\nñ\n"))));
        Assert.Equal("multipart/alternative", read.Type);
        Assert.Equal((html, "Text\nñ\n"), (read.Parts[1].Text.Replace("\r\n", "\n", StringComparison.Ordinal), read.Parts[0].Text.Replace("\r\n", "\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void Any_text_is_read_back_from_its_encoding_in_lines_that_no_mail_service_changes()
    {
        var random = new Random(7);
        string[] pieces = [" ", "\t", "=", ".", "From", "\n", "ñ", "😀", "a", new string('x', 73), new string(' ', 74), new string('y', 400)];
        for (var i = 0; i < 3_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var output = new ArrayBufferWriter<byte>();
            QuotedPrintable.Write(text, output);
            var written = Encoding.ASCII.GetString(output.WrittenSpan);
            Assert.All(written.Split("\r\n"), line => Assert.False(line.Length > 76 || line.StartsWith('.') || line.StartsWith('F') || line.EndsWith(' ') || line.EndsWith('\t') || line.Contains('\n', StringComparison.Ordinal), line));
            Assert.Equal(text.TrimEnd('\n'), Encoding.UTF8.GetString(QuotedPrintable.Decode(output.WrittenSpan)).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'));
        }
    }

    [ClientFact("mailbox.mjs")]
    public async Task Another_implementation_verifies_the_signature_and_refuses_it_when_a_word_is_changed()
    {
        var key = DkimSigner.NewKey();
        using var signer = new DkimSigner("example.com", "ciclo1", key);
        var text = Written(Mail("Tienda Ñandú", "¡Hola, señorita Ana! Tu carrito te espera", [("List-Unsubscribe", "<https://example.com/u/" + new string('a', 90) + ">, <mailto:a@b.example>"), ("List-Id", "<news.example.com>")]));
        var folder = Directory.CreateTempSubdirectory("ciclo-mail-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "mail.eml"), Encoding.ASCII.GetString(signer.Sign(Encoding.ASCII.GetBytes(text), 1_700_000_000_000)) + text);
        await File.WriteAllTextAsync(Path.Combine(folder, "record.txt"), DkimSigner.RecordOf(key));
        await ClientRun.NodeAsync("mailbox.mjs", "verify", Path.Combine(folder, "mail.eml"), Path.Combine(folder, "record.txt"), "ciclo1._domainkey.example.com");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("ana@example.com", "ana@example.com")]
    [InlineData(" a.b+c@Sub.Example.COM ", "a.b+c@sub.example.com")]
    [InlineData("ana@exämple.com", "ana@xn--exmple-cua.com")]
    [InlineData("ana@localhost", null)]
    [InlineData("\"a b\"@example.com", null)]
    [InlineData("a..b@example.com", null)]
    [InlineData("ana@[127.0.0.1]", null)]
    [InlineData("ana@127.0.0.1", null)]
    [InlineData("ana\r\nRCPT TO:<x@y.z>@example.com", null)]
    [InlineData("ana>@example.com", null)]
    [InlineData("@example.com", null)]
    [InlineData("ana@-x.example.com", null)]
    public void An_address_is_read_as_it_can_stand_in_an_envelope(string text, string? address) => Assert.Equal(address, MailAddress.TryParse(text, out var read) ? read.Address : null);

    [Fact]
    public void Links_that_lead_out_are_led_through_us_and_nothing_else_is_touched()
    {
        const string Html = "<html><!-- <a href='http://no'> --><body title=\"<a href='http://no'>\"><a class=x HREF = 'https://a.b/?a=1&amp;b=2' >x</a><a href=http://c.d/e>y</a><a href=\"mailto:x@y\">m</a><a href=\"#top\">t</a>"
            + "<A data-untracked href=\"https://z\">z</A><abbr href='http://q'></abbr><area href=\"https://map\"/><a data-href=\"http://w\">w</a></BODY></html>";
        var (led, links) = TrackedHtml.Put(Html, (url, number) => $"https://t/{number}?{url}", "<img>");
        Assert.Equal(3, links);
        Assert.Equal(Html.Replace("'https://a.b/?a=1&amp;b=2'", "\"https://t/1?https://a.b/?a=1&amp;b=2\"", StringComparison.Ordinal).Replace("http://c.d/e", "\"https://t/2?http://c.d/e\"", StringComparison.Ordinal)
            .Replace("\"https://map\"", "\"https://t/3?https://map\"", StringComparison.Ordinal).Replace("</BODY>", "<img></BODY>", StringComparison.Ordinal), led);
    }

    [Fact]
    public void Reports_are_read_as_what_they_say()
    {
        MailReport One(string text) => Assert.Single(MailReport.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal((MailFate.HardBounce, Id, "ana@example.net"), (One(Reported.Bounce(Id, "ana@example.net")).Fate, One(Reported.Bounce(Id, "ana@example.net")).MessageId, One(Reported.Bounce(Id, "ana@example.net")).Address));
        Assert.Equal(MailFate.SoftBounce, One(Reported.Bounce(Id, "ana@example.net", "5.2.2")).Fate);
        Assert.Equal(MailFate.Delayed, One(Reported.Bounce(Id, "ana@example.net", "4.4.1", "delayed")).Fate);
        Assert.Equal(MailFate.Delivered, One(Reported.Bounce(Id, "ana@example.net", "2.0.0", "delivered")).Fate);
        Assert.Equal((MailFate.Complaint, Id, "ana@example.net"), (One(Reported.Complaint(Id, "ana@example.net")).Fate, One(Reported.Complaint(Id, "ana@example.net")).MessageId, One(Reported.Complaint(Id, "ana@example.net")).Address));
        Assert.Equal((MailFate.Unsubscribe, Id), (One($"From: Ana <ana@example.net>\nSubject: unsubscribe-{Id}\n\n").Fate, One($"From: Ana <ana@example.net>\nSubject: unsubscribe-{Id}\n\n").MessageId));
        Assert.Empty(MailReport.Read("From: ana@example.net\nSubject: Re: Hi\n\nThank you!"u8));
    }

    [Fact]
    public void No_bytes_break_the_readers_of_what_comes_from_outside()
    {
        var random = new Random(7);
        var samples = new[] { Reported.Bounce(Id, "ana@example.net"), Reported.Complaint(Id, "a@b.example"), Written(Mail("Ñ", "Hi", [])) }.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var round = 0; round < 6_000; round++)
        {
            var bytes = (byte[])samples[round % samples.Length].Clone();
            for (var changes = random.Next(1, 30); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            Assert.All(MailReport.Read(cut), report => Assert.True(report.Detail.Length <= 300 && !report.Detail.Contains('\n', StringComparison.Ordinal)));
            Reports.ProviderReports.Read(cut.ToArray());
            TrackedHtml.Put(Encoding.Latin1.GetString(cut), (url, _) => url, "");
            TrackingToken.TryRead(Encoding.Latin1.GetString(cut), _ => new byte[32], out _);
        }
        var nested = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        Assert.Empty(MailReport.Read(Encoding.UTF8.GetBytes(nested)));
    }

    [Theory]
    [InlineData("GET", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", 60_000, true, Reader.Person)]
    [InlineData("GET", "Mozilla/5.0", 60_000, true, Reader.ApplePrivacy)]
    [InlineData("HEAD", "Mozilla/5.0 (X11) Firefox/140", 60_000, false, Reader.Scanner)]
    [InlineData("GET", "", 60_000, false, Reader.Scanner)]
    [InlineData("GET", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", 60_000, true, Reader.Person)]
    [InlineData("GET", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", 3_000, true, Reader.Scanner)]
    [InlineData("GET", "Mozilla/5.0 (X11) Firefox/140", 500, false, Reader.Scanner)]
    [InlineData("GET", "curl/8.5", 600_000, false, Reader.Scanner)]
    public void Who_reads_is_told_by_how_they_ask(string method, string agent, long since, bool isOpen, Reader reader) => Assert.Equal(reader, Readers.Of(method, agent, since, isOpen));

    private static MailMessage Mail(string name, string subject, IReadOnlyList<(string, string)> headers, string html = "<p>Hola</p>", string text = "Hola\n") => new(
        Id, new MailAddress("shop@example.com", name), new MailAddress("ana@example.net"), null, subject, html, text, 1_700_000_000_000, headers);

    private static string Written(MailMessage mail)
    {
        var bytes = new ArrayBufferWriter<byte>();
        mail.WriteTo(bytes);
        return Encoding.ASCII.GetString(bytes.WrittenSpan);
    }
}
