using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ciclo.Core.Predict.Recommend;

/// <summary>
/// The inverse of a symmetric positive definite matrix, in place and by blocks: the sweep operator (J. Goodnight, A tutorial on the sweep operator, American Statistician 33, 1979)
/// taken on 64 rows at a time. Its work, n³ operations, is half of that by elimination, as only the lower half is touched, and nearly all of it is one product of blocks.
/// </summary>
public static class SymmetricInverse
{
    private const int Block = 64;

    // Six rows by three vectors stay in registers while a block is walked.
    private const int TileRows = 6;
    private const int TileVectors = 3;

    /// <summary>
    /// Inverts a matrix of <paramref name="size"/> rows, row after row. Only the lower half is read; both halves are written. Throws <see cref="ArithmeticException"/> where it is not
    /// positive definite.
    /// </summary>
    public static void Invert(double[] matrix, int size, int threads, CancellationToken cancel)
    {
        var work = new Sweep(matrix, size, threads);
        for (var begin = 0; begin < size; begin += Block)
        {
            cancel.ThrowIfCancellationRequested();
            work.Step(begin, Math.Min(Block, size - begin));
        }
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                matrix[(row * (long)size) + column] = matrix[(column * (long)size) + row] = -matrix[(row * (long)size) + column];
            }
        }
    }

    private sealed class Sweep(double[] matrix, int size, int threads)
    {
        private static readonly int Lanes = Vector512.IsHardwareAccelerated ? 8 : 4;
        private static readonly int TileColumns = TileVectors * Lanes;

        private readonly double[] pivot = new double[Block * Block];

        // The block's columns of all rows, as they were, and after multiplication by the inverse of the pivot; the former stands by tiles of columns.
        private readonly double[] before = new double[(size + 64) * Block];
        private readonly double[] tiled = new double[(size + 64) * Block];
        private readonly double[] after = new double[(size + 64) * Block];

        public void Step(int begin, int width)
        {
            InvertPivot(begin, width);
            Parallel.For(0, (size + Block - 1) / Block, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
                Gather(begin, width, part * Block, Math.Min(size, (part + 1) * Block)));
            // Bands are dealt from the longest on.
            var bands = (size + (TileRows * 8) - 1) / (TileRows * 8);
            Parallel.For(0, bands, new ParallelOptions { MaxDegreeOfParallelism = threads }, place =>
            {
                var band = bands - 1 - place;
                Update(begin, width, band * TileRows * 8, Math.Min(size, (band + 1) * TileRows * 8));
            });
            Scatter(begin, width);
        }

        /// <summary>Inverts the block on the diagonal by sweeps of one row.</summary>
        private void InvertPivot(int begin, int width)
        {
            for (var row = 0; row < width; row++)
            {
                for (var column = 0; column < width; column++)
                {
                    var (low, high) = (Math.Min(row, column), Math.Max(row, column));
                    pivot[(row * Block) + column] = matrix[((begin + high) * (long)size) + begin + low];
                }
            }
            for (var k = 0; k < width; k++)
            {
                var head = pivot[(k * Block) + k];
                if (!(head > 0))
                {
                    throw new ArithmeticException("The matrix is not positive definite.");
                }
                for (var row = 0; row < width; row++)
                {
                    var share = pivot[(row * Block) + k] / head;
                    if (row == k)
                    {
                        continue;
                    }
                    for (var column = 0; column < width; column++)
                    {
                        if (column != k)
                        {
                            pivot[(row * Block) + column] -= share * pivot[(k * Block) + column];
                        }
                    }
                }
                for (var other = 0; other < width; other++)
                {
                    pivot[(other * Block) + k] = pivot[(k * Block) + other] /= other == k ? 1 : head;
                }
                pivot[(k * Block) + k] = -1 / head;
            }
        }

        private void Gather(int begin, int width, int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var line = before.AsSpan(row * Block, width);
                if (row >= begin + width)
                {
                    matrix.AsSpan((int)((row * (long)size) + begin), width).CopyTo(line);
                }
                else
                {
                    for (var k = 0; k < width; k++)
                    {
                        line[k] = row < begin + k ? matrix[((begin + k) * (long)size) + row] : matrix[(row * (long)size) + begin + k];
                    }
                }
                // The pivot holds its negative inverse by now.
                var made = after.AsSpan(row * Block, width);
                made.Clear();
                for (var k = 0; k < width; k++)
                {
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(pivot.AsSpan(k * Block, width), -line[k], made, made);
                }
                var (tile, lane) = (row / TileColumns, row % TileColumns);
                for (var k = 0; k < width; k++)
                {
                    tiled[(((tile * Block) + k) * TileColumns) + lane] = line[k];
                }
            }
        }

        /// <summary>Takes the block's share from the lower half of some rows; what lies in the block itself is written over afterwards.</summary>
        private void Update(int begin, int width, int from, int to)
        {
            for (var tile = 0; tile * TileColumns < to; tile++)
            {
                var right = tiled.AsSpan(tile * Block * TileColumns, width * TileColumns);
                for (var row = from; row < to; row += TileRows)
                {
                    if (tile * TileColumns > row + TileRows - 1)
                    {
                        continue;
                    }
                    if (row + TileRows <= size && (tile + 1) * TileColumns <= size)
                    {
                        if (Vector512.IsHardwareAccelerated)
                        {
                            Tile512(row, tile * TileColumns, width, right);
                        }
                        else
                        {
                            Tile256(row, tile * TileColumns, width, right);
                        }
                    }
                    else
                    {
                        TileAtEdge(row, tile * TileColumns, width, right);
                    }
                }
            }
        }

        private void TileAtEdge(int row, int column, int width, ReadOnlySpan<double> right)
        {
            for (var i = row; i < Math.Min(size, row + TileRows); i++)
            {
                for (var j = 0; j < TileColumns && column + j < size; j++)
                {
                    var sum = 0.0;
                    for (var k = 0; k < width; k++)
                    {
                        sum += after[(i * Block) + k] * right[(k * TileColumns) + j];
                    }
                    matrix[(i * (long)size) + column + j] -= sum;
                }
            }
        }

        private void Tile512(int row, int column, int width, ReadOnlySpan<double> right)
        {
            ref var b = ref MemoryMarshal.GetReference(right);
            ref var a = ref after[row * Block];
            var (c00, c01, c02) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            var (c10, c11, c12) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            var (c20, c21, c22) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            var (c30, c31, c32) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            var (c40, c41, c42) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            var (c50, c51, c52) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
            for (var k = 0; k < width; k++)
            {
                var b0 = Vector512.LoadUnsafe(ref b, (nuint)((k * 24) + 0));
                var b1 = Vector512.LoadUnsafe(ref b, (nuint)((k * 24) + 8));
                var b2 = Vector512.LoadUnsafe(ref b, (nuint)((k * 24) + 16));
                var a0 = Vector512.Create(Unsafe.Add(ref a, (0 * Block) + k));
                c00 = Vector512.FusedMultiplyAdd(a0, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(a0, b1, c01);
                c02 = Vector512.FusedMultiplyAdd(a0, b2, c02);
                var a1 = Vector512.Create(Unsafe.Add(ref a, (1 * Block) + k));
                c10 = Vector512.FusedMultiplyAdd(a1, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(a1, b1, c11);
                c12 = Vector512.FusedMultiplyAdd(a1, b2, c12);
                var a2 = Vector512.Create(Unsafe.Add(ref a, (2 * Block) + k));
                c20 = Vector512.FusedMultiplyAdd(a2, b0, c20);
                c21 = Vector512.FusedMultiplyAdd(a2, b1, c21);
                c22 = Vector512.FusedMultiplyAdd(a2, b2, c22);
                var a3 = Vector512.Create(Unsafe.Add(ref a, (3 * Block) + k));
                c30 = Vector512.FusedMultiplyAdd(a3, b0, c30);
                c31 = Vector512.FusedMultiplyAdd(a3, b1, c31);
                c32 = Vector512.FusedMultiplyAdd(a3, b2, c32);
                var a4 = Vector512.Create(Unsafe.Add(ref a, (4 * Block) + k));
                c40 = Vector512.FusedMultiplyAdd(a4, b0, c40);
                c41 = Vector512.FusedMultiplyAdd(a4, b1, c41);
                c42 = Vector512.FusedMultiplyAdd(a4, b2, c42);
                var a5 = Vector512.Create(Unsafe.Add(ref a, (5 * Block) + k));
                c50 = Vector512.FusedMultiplyAdd(a5, b0, c50);
                c51 = Vector512.FusedMultiplyAdd(a5, b1, c51);
                c52 = Vector512.FusedMultiplyAdd(a5, b2, c52);
            }
            Take(ref matrix[((row + 0) * (long)size) + column], c00, c01, c02);
            Take(ref matrix[((row + 1) * (long)size) + column], c10, c11, c12);
            Take(ref matrix[((row + 2) * (long)size) + column], c20, c21, c22);
            Take(ref matrix[((row + 3) * (long)size) + column], c30, c31, c32);
            Take(ref matrix[((row + 4) * (long)size) + column], c40, c41, c42);
            Take(ref matrix[((row + 5) * (long)size) + column], c50, c51, c52);
        }

        private static void Take(ref double to, Vector512<double> first, Vector512<double> second, Vector512<double> third)
        {
            (Vector512.LoadUnsafe(ref to, 0) - first).StoreUnsafe(ref to, 0);
            (Vector512.LoadUnsafe(ref to, 8) - second).StoreUnsafe(ref to, 8);
            (Vector512.LoadUnsafe(ref to, 16) - third).StoreUnsafe(ref to, 16);
        }

        private void Tile256(int row, int column, int width, ReadOnlySpan<double> right)
        {
            ref var b = ref MemoryMarshal.GetReference(right);
            ref var a = ref after[row * Block];
            var (c00, c01, c02) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c10, c11, c12) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c20, c21, c22) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c30, c31, c32) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c40, c41, c42) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c50, c51, c52) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            for (var k = 0; k < width; k++)
            {
                var b0 = Vector256.LoadUnsafe(ref b, (nuint)((k * 12) + 0));
                var b1 = Vector256.LoadUnsafe(ref b, (nuint)((k * 12) + 4));
                var b2 = Vector256.LoadUnsafe(ref b, (nuint)((k * 12) + 8));
                var a0 = Vector256.Create(Unsafe.Add(ref a, (0 * Block) + k));
                c00 = Vector256.FusedMultiplyAdd(a0, b0, c00);
                c01 = Vector256.FusedMultiplyAdd(a0, b1, c01);
                c02 = Vector256.FusedMultiplyAdd(a0, b2, c02);
                var a1 = Vector256.Create(Unsafe.Add(ref a, (1 * Block) + k));
                c10 = Vector256.FusedMultiplyAdd(a1, b0, c10);
                c11 = Vector256.FusedMultiplyAdd(a1, b1, c11);
                c12 = Vector256.FusedMultiplyAdd(a1, b2, c12);
                var a2 = Vector256.Create(Unsafe.Add(ref a, (2 * Block) + k));
                c20 = Vector256.FusedMultiplyAdd(a2, b0, c20);
                c21 = Vector256.FusedMultiplyAdd(a2, b1, c21);
                c22 = Vector256.FusedMultiplyAdd(a2, b2, c22);
                var a3 = Vector256.Create(Unsafe.Add(ref a, (3 * Block) + k));
                c30 = Vector256.FusedMultiplyAdd(a3, b0, c30);
                c31 = Vector256.FusedMultiplyAdd(a3, b1, c31);
                c32 = Vector256.FusedMultiplyAdd(a3, b2, c32);
                var a4 = Vector256.Create(Unsafe.Add(ref a, (4 * Block) + k));
                c40 = Vector256.FusedMultiplyAdd(a4, b0, c40);
                c41 = Vector256.FusedMultiplyAdd(a4, b1, c41);
                c42 = Vector256.FusedMultiplyAdd(a4, b2, c42);
                var a5 = Vector256.Create(Unsafe.Add(ref a, (5 * Block) + k));
                c50 = Vector256.FusedMultiplyAdd(a5, b0, c50);
                c51 = Vector256.FusedMultiplyAdd(a5, b1, c51);
                c52 = Vector256.FusedMultiplyAdd(a5, b2, c52);
            }
            Take(ref matrix[((row + 0) * (long)size) + column], c00, c01, c02);
            Take(ref matrix[((row + 1) * (long)size) + column], c10, c11, c12);
            Take(ref matrix[((row + 2) * (long)size) + column], c20, c21, c22);
            Take(ref matrix[((row + 3) * (long)size) + column], c30, c31, c32);
            Take(ref matrix[((row + 4) * (long)size) + column], c40, c41, c42);
            Take(ref matrix[((row + 5) * (long)size) + column], c50, c51, c52);
        }

        private static void Take(ref double to, Vector256<double> first, Vector256<double> second, Vector256<double> third)
        {
            (Vector256.LoadUnsafe(ref to, 0) - first).StoreUnsafe(ref to, 0);
            (Vector256.LoadUnsafe(ref to, 4) - second).StoreUnsafe(ref to, 4);
            (Vector256.LoadUnsafe(ref to, 8) - third).StoreUnsafe(ref to, 8);
        }

        private void Scatter(int begin, int width)
        {
            for (var row = 0; row < size; row++)
            {
                for (var k = 0; k < width; k++)
                {
                    var isPivot = row >= begin && row < begin + width;
                    var value = isPivot ? pivot[((row - begin) * Block) + k] : after[(row * Block) + k];
                    matrix[row >= begin + k ? (row * (long)size) + begin + k : ((begin + k) * (long)size) + row] = value;
                }
            }
        }
    }
}
