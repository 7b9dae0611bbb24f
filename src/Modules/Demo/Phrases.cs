using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>What people of the demo are called and say. Everybody is invented; mail goes to names reserved for examples (RFC 2606).</summary>
internal static class Phrases
{
    public static readonly byte[][] FirstNames = Bytes(
        "Mariana", "Paola", "Iván", "Sofía", "Ernesto", "Renata", "Miguel", "Claudia", "Óscar", "Daniela", "Tomás", "Jorge", "Ana", "Rodrigo", "Fernanda",
        "Luis", "Ximena", "Carlos", "Valeria", "Andrés", "Lucía", "Diego", "Camila", "Raúl", "Regina", "Héctor", "Noemí", "Pablo", "Elena", "Emilio",
        "Gabriela", "Arturo", "Natalia", "Sergio", "Itzel", "Martín", "Julieta", "Alonso", "Marisol", "Bruno");

    public static readonly byte[][] LastNames = Bytes(
        "Solís", "Méndez", "Castañeda", "Zepeda", "Villalobos", "Ochoa", "Tun", "Barrientos", "Leyva", "Cruz", "Arellano", "Pineda", "Rentería", "Garza",
        "Canul", "Bautista", "Hernández", "García", "Martínez", "López", "Ramírez", "Torres", "Flores", "Rivera", "Gómez", "Díaz", "Reyes", "Morales",
        "Ortiz", "Castillo", "Moreno", "Juárez", "Domínguez", "Ibarra", "Salazar", "Navarro", "Cárdenas", "Luna", "Mejía", "Rosas");

    public static readonly byte[][] FirstNamesAscii = Ascii(FirstNames);
    public static readonly byte[][] LastNamesAscii = Ascii(LastNames);

    public static readonly byte[][] MailHosts = Bytes("correo.example", "example.com", "example.org");
    public static readonly byte[] CompanyHost = Encoding.UTF8.GetBytes("oficina.example");

    public static readonly byte[][] Cities = Bytes(
        "Ciudad de México", "Guadalajara", "Monterrey", "Puebla", "Querétaro", "Mérida", "Oaxaca", "Xalapa", "Tijuana", "León", "San Luis Potosí", "Toluca");

    public static readonly Weights CityWeights = new([34, 14, 12, 8, 8, 5, 4, 4, 4, 4, 3, 4]);

    public static readonly byte[][] CompanyNames = Bytes(
        "Cafetería La Esquina", "Panadería del Centro", "Hotel Jacarandas", "Coworking Roma", "Librería El Péndulo Azul", "Bistró Mezquite", "Casa Tostadora Sur", "Estudio Nopal");

    public static readonly byte[][] Mails = Bytes(
        "Bienvenida", "Boletín Altura", "Confirmación de pedido", "Carrito abandonado", "Encuesta NPS", "Selección del mes", WinBack.Campaign);

    public static readonly byte[][] Subjects = Bytes(
        "Qué bueno que llegaste", "Lo nuevo de la montaña este mes", "Recibimos tu pedido", "Tu café sigue apartado", "Del 0 al 10, ¿nos recomendarías?", "Tres cafés elegidos para ti", "Hace tiempo que no te vemos");

    public static readonly byte[][] ExitReasons = Bytes(
        "No sé qué molienda elegir", "Tardó o falló la página", "El precio con envío", "Otro motivo");

    public static readonly byte[][] CancelReasons = Bytes("Muy caro", "Se me junta el café", "Cambié de marca", "Problemas con la entrega");
    public static readonly byte[][] PauseReasons = Bytes("Tengo de más en casa", "Salgo de viaje", "Prefiero pausar un tiempo");

    public static readonly byte[][] TicketTopics = Bytes("entrega", "molienda", "producto", "cobro", "cuenta");

    /// <summary>What people write, three for each topic.</summary>
    public static readonly byte[][] TicketTexts = Bytes(
        "Mi pedido lleva más de una semana y no llega.",
        "La paquetería dice entregado y aquí no hay nada.",
        "Otra vez tarde, ya me quedé sin café. Muy molesto.",
        "Me llegó en grano y lo pedí molido para prensa.",
        "Pedí molienda fina y llegó gruesa, no me sirve.",
        "La molienda no es la que elegí, es la segunda vez.",
        "La bolsa llegó rota y se regó el café.",
        "El café sabe viejo, no parece recién tostado.",
        "La taza llegó despostillada.",
        "Me cobraron dos veces el mismo pedido.",
        "No me aplicó el cupón y ya pagué.",
        "Necesito factura de mi pedido, por favor.",
        "No puedo entrar a mi cuenta.",
        "¿Cómo cambio la dirección de mi suscripción?",
        "Quiero saber cuántos puntos tengo.");

    public static readonly byte[][] Rewards = Bytes("Filtros V60", "Bolsa de 250 g", "Taza Altura");
    public static readonly int[] RewardPoints = [60, 150, 240];

    public static readonly byte[][] Channels = Bytes("whatsapp", "email", "web");
    public static readonly byte[][] Coupons = Bytes("BIENVENIDA10", "BUENFIN15", "AMIGO10", WinBack.Coupon);
    public static readonly byte[][] Methods = Bytes("email", "google", "facebook");

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static byte[][] Ascii(byte[][] texts) =>
        [.. texts.Select(text => Encoding.ASCII.GetBytes(string.Concat(Encoding.UTF8.GetString(text).ToLowerInvariant().Normalize(NormalizationForm.FormD).Where(char.IsAscii))))];
}
