using System.Globalization;
using System.Text;
using Ciclo.Server;

// Numbers and dates of commands and logs are for machines; pages set the reader's culture for themselves.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
return await new CommandLine(TimeProvider.System).RunAsync(args);
