//! Random tensors from a printed seed.

use beltrami_exec::Tensor;

/// A small generator (SplitMix64), so that the tests need no further crate.
pub struct Sampler(u64);

impl Sampler {
    pub fn new(seed: u64) -> Sampler {
        println!("seed {seed}");
        Sampler(seed)
    }

    /// Uniform in `[-1, 1)`.
    pub fn number(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub fn tensor(&mut self, dims: &[usize]) -> Tensor<f64> {
        let data = (0..dims.iter().product()).map(|_| self.number()).collect();
        Tensor::new(dims.to_vec(), data).unwrap()
    }
}

/// Largest difference relative to the largest entry of `b`, both of one shape.
#[track_caller]
pub fn assert_close(what: &str, a: &Tensor<f64>, b: &Tensor<f64>, tol: f64) {
    assert_eq!(a.dims(), b.dims(), "{what}");
    let size = b.data().iter().fold(1e-3_f64, |m, x| x.abs().max(m));
    let error = a.data().iter().zip(b.data()).fold(0.0_f64, |m, (x, y)| {
        // NaN must not pass.
        let d = (x - y).abs() / size;
        if d.is_nan() { f64::INFINITY } else { m.max(d) }
    });
    assert!(error <= tol, "{what}: relative error {error:e} above {tol:e}\n{a:?}\n{b:?}");
}
