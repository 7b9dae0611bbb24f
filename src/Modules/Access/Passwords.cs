using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Ciclo.Modules.Access;

/// <summary>The hasher is full of other tries; the same one may be sent again in a moment.</summary>
public sealed class PasswordsBusyException() : Exception("Too many passwords are being checked at once.");

/// <summary>
/// Hashes of passwords: the framework's PBKDF2 with HMAC-SHA-512, 210,000 rounds (OWASP Password Storage, 2023) and a salt of its own each.
/// Two are made at a time at most, so that a flood of tries cannot take the processors from those who send events.
/// </summary>
public sealed class Passwords : IDisposable
{
    private const int AtOnce = 2;
    private const int MostWaiting = 64;

    private const int HeaderBytes = 13;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;

    private readonly string nobodys;
    private readonly PasswordHasher<string> hasher;
    private readonly SemaphoreSlim turn = new(AtOnce, AtOnce);
    private int waiting;

    /// <summary>Fewer rounds are for tests that sign many people in.</summary>
    public Passwords(int rounds = 210_000)
    {
        hasher = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
        nobodys = NobodysHash(rounds);
    }

    /// <summary>The hash to store. Throws <see cref="PasswordsBusyException"/> where too many wait.</summary>
    public Task<string> HashAsync(string password, CancellationToken cancellation) =>
        InTurnAsync(() => hasher.HashPassword("", PasswordRules.Compose(password)), cancellation);

    /// <summary>
    /// Whether the password is the one of the hash. A null hash, that of nobody, takes the same work and is never right. `Outdated`: right,
    /// and to be hashed anew.
    /// </summary>
    public Task<(bool IsRight, bool IsOutdated)> CheckAsync(string? hash, string password, CancellationToken cancellation) => InTurnAsync(() =>
    {
        var given = password.Length <= PasswordRules.Longest ? PasswordRules.Compose(password) : "";
        var result = hasher.VerifyHashedPassword("", hash ?? nobodys, given);
        return (hash is not null && result != PasswordVerificationResult.Failed, result == PasswordVerificationResult.SuccessRehashNeeded);
    }, cancellation);

    public void Dispose() => turn.Dispose();

    /// <summary>A hash of the framework's third format that was made of no password: checking one against it is the work of any other, making it is none.</summary>
    internal static string NobodysHash(int rounds)
    {
        var hash = new byte[HeaderBytes + SaltBytes + KeyBytes];
        hash[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(1), (uint)KeyDerivationPrf.HMACSHA512);
        BinaryPrimitives.WriteInt32BigEndian(hash.AsSpan(5), rounds);
        BinaryPrimitives.WriteInt32BigEndian(hash.AsSpan(9), SaltBytes);
        RandomNumberGenerator.Fill(hash.AsSpan(HeaderBytes));
        return Convert.ToBase64String(hash);
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new PasswordsBusyException();
        }
        try
        {
            await turn.WaitAsync(cancellation);
            try
            {
                return await Task.Run(work, cancellation);
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
