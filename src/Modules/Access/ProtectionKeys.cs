using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ciclo.Modules.Access;

/// <summary>
/// Keeps the keys that form tokens are made with in the data directory, readable by its owner alone, so that a restart leaves open forms
/// good. A backup does without them: nothing that is stored depends on them.
/// </summary>
internal sealed class ProtectionKeys(DataHost host, ILoggerFactory logs) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        var folder = new DirectoryInfo(Path.Combine(host.Folder, "protection"));
        if (OperatingSystem.IsWindows())
        {
            folder.Create();
        }
        else
        {
            Directory.CreateDirectory(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        options.XmlRepository = new FileSystemXmlRepository(folder, logs);
    }
}
