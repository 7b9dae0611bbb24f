using System.Collections.Frozen;

namespace Ciclo.Modules.Access;

/// <summary>
/// Passwords that are tried first. Those of lists that leaked are mostly a common word with digits around it, so it is the word that is
/// looked up: `Password2024!` is `password`. A phrase of several words is not in here, whatever its words.
/// </summary>
public static class CommonPasswords
{
    /// <summary>Digits and signs around the word up to which the word is all there is to guess.</summary>
    private const int MostAround = 8;

    /// <summary>The words, with blanks between them, for the page that looks while somebody types.</summary>
    public const string WordList =
        "password passw0rd passwort contrasena clave secret secreto admin administrator administrador administradora root superuser usuario user guest invitado test testing "
        + "prueba demo welcome bienvenido bienvenida letmein changeme cambiame default login access acceso master iloveyou teamo tequiero teamomucho amor love lovely princess princesa "
        + "sunshine monkey dragon football futbol soccer baseball basketball beisbol barcelona realmadrid america chivas cruzazul pumas tigres boca river mexico argentina colombia chile peru "
        + "espana madrid guadalajara monterrey superman batman spiderman pokemon starwars starwarsfan jesus jesucristo dios cristo maria mariposa estrella corazon chocolate flower flores "
        + "qwerty qwertyuiop qwertyui asdfgh asdfghjkl zxcvbn zxcvbnm qwertyuiopasdfghjkl qazwsx qazwsxedc qweasd qweasdzxc azerty azertyuiop abc abcd abcdef abcdefg abcdefgh abcdefghijkl "
        + "summer verano winter invierno spring primavera autumn otono monday lunes january enero michael michelle jessica daniel daniela andrea alejandro alejandra carlos fernando "
        + "fernanda gabriel gabriela sebastian valentina isabella nicolas santiago computer computadora internet samsung google facebook instagram whatsapp microsoft windows linux oracle "
        + "server servidor company empresa marketing ventas negocio oficina customer cliente ciclo lifecycle hello hola holamundo helloworld whatever trustno correcthorsebatterystaple "
        + "killer shadow ninja mustang ferrari mercedes hannah jordan hunter ranger buster tigger ginger pepper cookie freedom libertad familia family friends amigos forever siempre "
        + "money dinero banco bank system sistema manager gerente director support soporte temporal temporary temp pass passpass passwordpassword mypassword micontrasena miclave newpassword nuevacontrasena";

    /// <summary>Whole passwords, in the same form.</summary>
    public const string WholeList =
        "1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv q1w2e3r4t5y6 123qweasdzxc qwe123qwe123 123456qwerty qwerty123456 a1b2c3d4e5f6 a123456789012 1a2b3c4d5e6f 112233445566 "
        + "123123123123 121212121212 123456123456 123456789123 1234567890123 987654321012 147258369147 159753159753 741852963741 246813579024 102030405060 1q2w3e4r5t6y7u8i 1234qwerasdf "
        + "zaq12wsxcde3 zaq1xsw2cde3 qwertyuiop[] !qaz2wsx3edc !@#$%^&*()_+ iloveyou1234 youwillneverknow whatsyourname alwaysandforever thisismypassword estaesmiclave";

    private static readonly FrozenSet<string> Words = WordList.Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> Whole = WholeList.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool Holds(string password)
    {
        var lower = password.ToLowerInvariant();
        var core = Core(password);
        return Whole.Contains(lower) || (core.Length == 0 && lower.Length < 16 && lower.All(char.IsAsciiDigit) && lower.Distinct().Count() < 6)
            || (Words.Contains(core) && password.Length - core.Length <= MostAround);
    }

    /// <summary>The letters of a password in lower case and without accents; digits that stand for letters are read as such inside of it.</summary>
    public static string Core(string password)
    {
        var trimmed = password.ToLowerInvariant().Trim([.. "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿"]);
        return string.Concat(trimmed.Select(Letter).Where(char.IsLetter));
    }

    private static char Letter(char c) => c switch
    {
        '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't',
        'á' or 'à' or 'ä' => 'a', 'é' => 'e', 'í' => 'i', 'ó' => 'o', 'ú' or 'ü' => 'u', 'ñ' => 'n',
        _ => c,
    };
}
