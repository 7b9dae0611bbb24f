using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>Inter (SIL Open Font License, beside the files), which travels in the program: a report looks the same on every machine.</summary>
internal sealed class ReportFonts : IFontResolver
{
    private const string Family = "Inter";
    private const string Folder = "Ciclo.Modules.Boards.Pdf.Fonts.";

    static ReportFonts() => GlobalFontSettings.FontResolver = new ReportFonts();

    public static XFont Of(double size, bool isStrong = false) => new(Family, size, isStrong ? XFontStyleEx.Bold : XFontStyleEx.Regular, new XPdfFontOptions(PdfFontEncoding.Unicode));

    public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? "Inter-SemiBold" : "Inter-Regular");

    public byte[] GetFont(string faceName)
    {
        using var stream = typeof(ReportFonts).Assembly.GetManifestResourceStream(Folder + faceName + ".ttf") ?? throw new InvalidOperationException($"The font {faceName} is missing from the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
