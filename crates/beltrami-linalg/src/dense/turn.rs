//! Square blocks turned in registers, and lines of memory fetched before they are needed.

use crate::dense::Vectors;

/// Bytes of a line of cache.
const LINE: usize = 64;

/// What turns blocks on this machine.
#[cfg(target_arch = "x86_64")]
pub(crate) type Shuffles = Option<pulp::x86::V3>;
/// What turns blocks on this machine: the compiler's own instructions.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) type Shuffles = ();

impl Vectors {
    /// The instructions that turn blocks, to be asked for outside loops.
    #[inline(always)]
    pub(crate) fn shuffles(self) -> Shuffles {
        #[cfg(target_arch = "x86_64")]
        return pulp::x86::V3::try_new();
    }
}

/// A number of which square blocks are turned in registers.
pub trait Turn: Copy {
    /// Rows and columns of a block, each row one vector.
    const SIDE: usize;
    /// The rows of a block.
    type Block: Copy;

    /// The block at the start of a matrix with rows of this width.
    fn read(from: &[Self], width: usize) -> Self::Block;

    /// Writes a block to the start of a matrix with rows of this width.
    fn write(block: &Self::Block, to: &mut [Self], width: usize);

    /// Applies a function to the numbers of two blocks.
    fn joined(a: &Self::Block, b: &Self::Block, f: impl Fn(Self, Self) -> Self) -> Self::Block;

    /// The transpose.
    fn turned(shuffles: Shuffles, block: &Self::Block) -> Self::Block;
}

macro_rules! turn {
    ($number:ty, $side:literal, $turned:ident) => {
        impl Turn for $number {
            const SIDE: usize = $side;
            type Block = [[$number; $side]; $side];

            #[inline(always)]
            fn read(from: &[$number], width: usize) -> Self::Block {
                let mut block = [[0.0; $side]; $side];
                for (k, row) in block.iter_mut().enumerate() {
                    row.copy_from_slice(&from[k * width..][..$side]);
                }
                block
            }

            #[inline(always)]
            fn write(block: &Self::Block, to: &mut [$number], width: usize) {
                for (k, row) in block.iter().enumerate() {
                    to[k * width..][..$side].copy_from_slice(row);
                }
            }

            #[inline(always)]
            fn joined(
                a: &Self::Block,
                b: &Self::Block,
                f: impl Fn($number, $number) -> $number,
            ) -> Self::Block {
                let mut block = *a;
                for (row, b) in block.iter_mut().zip(b) {
                    for (x, y) in row.iter_mut().zip(b) {
                        *x = f(*x, *y);
                    }
                }
                block
            }

            #[inline(always)]
            fn turned(shuffles: Shuffles, block: &Self::Block) -> Self::Block {
                #[cfg(target_arch = "x86_64")]
                if let Some(simd) = shuffles {
                    return shuffled::$turned(simd, block);
                }
                let _ = shuffles;
                let mut turned = *block;
                for (i, row) in block.iter().enumerate() {
                    for (j, x) in row.iter().enumerate() {
                        turned[j][i] = *x;
                    }
                }
                turned
            }
        }
    };
}

turn!(f64, 4, four);
turn!(f32, 8, eight);

/// The shuffles of AVX: in each stage pairs of rows exchange halves.
///
/// No closures: a function that is not inlined is compiled without these instructions and makes each of them a call.
#[cfg(target_arch = "x86_64")]
mod shuffled {
    use core::arch::x86_64::__m256;

    use pulp::cast;
    use pulp::x86::V3;

    #[inline(always)]
    pub(super) fn four(simd: V3, block: &[[f64; 4]; 4]) -> [[f64; 4]; 4] {
        let avx = simd.avx;
        let (a, b, c, d) = (cast(block[0]), cast(block[1]), cast(block[2]), cast(block[3]));
        let (low, high) = (avx._mm256_unpacklo_pd(a, b), avx._mm256_unpackhi_pd(a, b));
        let (low2, high2) = (avx._mm256_unpacklo_pd(c, d), avx._mm256_unpackhi_pd(c, d));
        [
            cast(avx._mm256_permute2f128_pd::<0x20>(low, low2)),
            cast(avx._mm256_permute2f128_pd::<0x20>(high, high2)),
            cast(avx._mm256_permute2f128_pd::<0x31>(low, low2)),
            cast(avx._mm256_permute2f128_pd::<0x31>(high, high2)),
        ]
    }

    #[inline(always)]
    pub(super) fn eight(simd: V3, block: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
        let avx = simd.avx;
        let upper = quarters(simd, cast(block[0]), cast(block[1]), cast(block[2]), cast(block[3]));
        let lower = quarters(simd, cast(block[4]), cast(block[5]), cast(block[6]), cast(block[7]));
        let mut turned = [[0.0; 8]; 8];
        for k in 0..4 {
            turned[k] = cast(avx._mm256_permute2f128_ps::<0x20>(upper[k], lower[k]));
            turned[k + 4] = cast(avx._mm256_permute2f128_ps::<0x31>(upper[k], lower[k]));
        }
        turned
    }

    /// Four rows of eight as two blocks of four beside each other, both turned.
    #[inline(always)]
    fn quarters(simd: V3, a: __m256, b: __m256, c: __m256, d: __m256) -> [__m256; 4] {
        let avx = simd.avx;
        let (low, high) = (avx._mm256_unpacklo_ps(a, b), avx._mm256_unpackhi_ps(a, b));
        let (low2, high2) = (avx._mm256_unpacklo_ps(c, d), avx._mm256_unpackhi_ps(c, d));
        [
            avx._mm256_shuffle_ps::<0x44>(low, low2),
            avx._mm256_shuffle_ps::<0xee>(low, low2),
            avx._mm256_shuffle_ps::<0x44>(high, high2),
            avx._mm256_shuffle_ps::<0xee>(high, high2),
        ]
    }
}

/// Asks for lines of a matrix before they are needed, where the machine would not foresee them: `count` rows of `width`
/// from the entry at `start`, one line of each. Nothing is asked for beyond the end.
#[inline(always)]
pub(crate) fn fetch<T>(data: &[T], start: usize, width: usize, count: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(sse) = pulp::core_arch::x86::Sse::try_new() {
        for row in 0..count {
            if let Some(x) = data.get(start + row * width) {
                sse._mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T1 }>((&raw const *x).cast());
            }
        }
    }
    let _ = (data, start, width, count);
}

/// Whether a line of cache begins at this place of a row that begins with one.
#[inline(always)]
pub(crate) fn begins_line<T>(place: usize) -> bool {
    place.is_multiple_of(LINE / size_of::<T>())
}
