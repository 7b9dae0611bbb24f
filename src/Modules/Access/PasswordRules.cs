using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Access;

/// <summary>How long a password would hold against guessing, in three plain words.</summary>
public enum PasswordStrength
{
    Weak = 0,
    Good = 1,
    Strong = 2,
}

/// <summary>
/// What a password must be: 12 characters or more, and none that is guessed first. Nothing about capitals, digits or signs, which make
/// passwords harder to keep and not harder to guess (NIST SP 800-63B, 5.1.1.2).
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 12;

    /// <summary>A limit for the sake of the work of hashing; a sentence fits.</summary>
    public const int Longest = 256;

    /// <summary>The form that is hashed, so that é typed on one machine is é typed on another.</summary>
    public static string Compose(string password) => password.Any(char.IsSurrogate) ? password : password.Normalize(NormalizationForm.FormC);

    /// <summary>Why a password is not taken; null if it is.</summary>
    public static AccessError? Refuse(string password, string email)
    {
        var composed = Compose(password);
        return composed.EnumerateRunes().Count() < Shortest ? AccessError.PasswordShort
            : composed.Length > Longest ? AccessError.PasswordLong
            : CommonPasswords.Holds(composed) || IsOfAccount(composed, email) || IsPattern(composed) ? AccessError.PasswordCommon
            : null;
    }

    /// <summary>
    /// By how many different characters there are and how many characters in all: 4 bits for a character beyond repetition is what people
    /// choose at best, 20 of them are out of reach for years.
    /// </summary>
    public static PasswordStrength StrengthOf(string password)
    {
        var runes = Compose(password).EnumerateRunes().ToList();
        var worth = Math.Min(runes.Count, 2 * runes.Distinct().Count());
        return runes.Count < Shortest || CommonPasswords.Holds(Compose(password)) || IsPattern(password) ? PasswordStrength.Weak
            : worth >= 20 ? PasswordStrength.Strong
            : worth >= 14 ? PasswordStrength.Good
            : PasswordStrength.Weak;
    }

    public static Text Label(this PasswordStrength strength) => strength switch
    {
        PasswordStrength.Strong => new("strong", "fuerte"),
        PasswordStrength.Good => new("good", "buena"),
        _ => new("weak", "débil"),
    };

    private static bool IsOfAccount(string password, string email)
    {
        var name = email.Split('@')[0];
        var core = CommonPasswords.Core(password);
        return password.Equals(email, StringComparison.OrdinalIgnoreCase)
            || (core.Length > 0 && (core == CommonPasswords.Core(name) || core is "ciclo" or "cicloadmin"));
    }

    /// <summary>One piece of up to four characters repeated (`abcabcabcabc`), or characters that follow each other (`abcdefghijkl`, `210987654321`).</summary>
    private static bool IsPattern(string password)
    {
        var repeats = Enumerable.Range(1, 4).Any(period => Enumerable.Range(0, password.Length - Math.Min(period, password.Length)).All(i => password[i] == password[i + period]));
        var steps = password.Zip(password.Skip(1), (a, b) => b - a).CountBy(step => step).Select(pair => (pair.Key, pair.Value)).ToList();
        return repeats || steps.Any(step => Math.Abs(step.Key) <= 1 && step.Value >= password.Length - 2);
    }
}
