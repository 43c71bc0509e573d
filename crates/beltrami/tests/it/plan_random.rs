//! Plans compute what the evaluator computes, on random expressions over every kernel that plans have a way of their own for.
//!
//! `BELTRAMI_CASES` is how many are drawn, `BELTRAMI_SEED` the first seed; without it, every run takes another and prints it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::compared::draw::compare;

/// Random expressions of a usual run.
const CASES: u64 = 5_000;

/// Seeds that once failed, with what was wrong.
const KNOWN: &[u64] = &[1796059421000881, 1796059421001894, 1796059421003177];

#[test]
fn plans_agree_with_the_evaluator_on_every_kernel() {
    let from_env = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |t| t.as_secs());
    let (cases, first) = (
        from_env("BELTRAMI_CASES").unwrap_or(CASES),
        from_env("BELTRAMI_SEED").unwrap_or(now * 1_000_000),
    );
    println!("seeds from {first}");
    // The stack of a main thread, which is what the command has.
    let work = move || {
        let (mut faults, mut compared, mut refused) = (Vec::new(), 0, 0);
        for seed in KNOWN.iter().copied().chain(first..first + cases) {
            match compare(seed) {
                Ok(Some(points)) => compared += points,
                Ok(None) => refused += 1,
                Err(fault) => faults.push(format!("seed {seed}: {fault}")),
            }
        }
        println!("{compared} points of {cases} expressions compared, {refused} do not read");
        for fault in faults.iter().take(20) {
            println!("{fault}");
        }
        assert!(faults.is_empty(), "{} of {cases} differ, seeds from {first}", faults.len());
        assert!(compared as u64 > cases, "only {compared} points were compared");
        assert!(refused < cases / 20, "{refused} expressions do not read");
    };
    let worker = std::thread::Builder::new().stack_size(8 << 20).spawn(work);
    worker.expect("a thread").join().expect("no panic, no difference");
}
