//! Plans compute what the evaluator computes, on random expressions over every kernel that plans have a way of their own for.
//!
//! `BELTRAMI_CASES` is how many are drawn, `BELTRAMI_SEED` the first seed; without it, every run takes another and prints it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::compared::draw::{compare, compare_texts};

/// Random expressions of a usual run.
const CASES: u64 = 5_000;

/// What once failed: expressions, declarations, and the sizes `m`, `n` and `p`.
const KNOWN: &[(&[&str], &str, [i64; 3])] = &[
    (
        &[
            "((V0)').*((V2)*inv((eye(p) + V1'*V1)))",
            "((sigmoid([(V7)*(ones(m*n,m)), inv(triu(V8))*(V9)]))*((([V10; ones(n)])*((V11' + V11')))*(((V12)*(V13))*(inv((2 + V13^2))*(V10')))))./(2 + (abs(((kron(V4, 0.5) + (V5)*(V6)))*inv((eye(m) + V3'*V3)'))).^2)",
        ],
        "V0: matrix(p,m*p), V1: matrix(p,p), V2: matrix(m*p,p), V3: matrix(m,m), V4: matrix(n,m), V5: matrix(n,m*p), V6: matrix(m*p,m), V7: matrix(n,m*n), V8: spd(n), V9: upper(n), V10: vector(m), V11: vector(n*p), V12: vector(n*p), V13: scalar",
        [5, 1, 5],
    ),
    (
        &[
            "((((V0)*(V1')).*((ones(m,n*n))./(2 + (V2).^2)))')*(einsum(\"ki,kj->ij\", ((V4)./(2 + (V4).^2))*inv((eye(m) + V3'*V3)'), ((V7)*inv((V6 + eye(n*p))'))./(2 + ((V5)*(ones(m*n,n*p))).^2)))",
            "((kron(((V8')*(V9))*([ones(m); V10]), (inv((2 + V11^2)'))') + kron(inv((2 + V11^2))*(inv((2 + V11^2)')*(V11)), inv((2 + V11^2))*((V11)*inv((2 + V11^2)')))))'",
        ],
        "V0: vector(m), V1: vector(n*n), V2: matrix(m,n*n), V3: matrix(m,m), V4: matrix(n,m), V5: matrix(n,m*n), V6: spd(n*p), V7: matrix(n,n*p), V8: vector(m*p), V9: matrix(m*p,m+n), V10: vector(n), V11: scalar",
        [1, 5, 3],
    ),
    (
        &[
            "((kron((V1)*inv((2 + V0^2)'), logdet((V2 + eye(n)))) + (sum(ones(n), 1))*((V3)*(V4))))*((sum((V5)', 2))')",
            "tril(inv((eye(m*n) + V6'*V6)')*(((V7)*(ones(m,m*n)))'))",
        ],
        "V0: scalar, V1: vector(m), V2: spd(n), V3: matrix(m,n*n), V4: vector(n*n), V5: matrix(m,n+1), V6: matrix(m*n,m*n), V7: matrix(m+n,m)",
        [3, 1, 2],
    ),
];

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
        let known = KNOWN
            .iter()
            .map(|(texts, declarations, sizes)| (0, compare_texts(texts, declarations, *sizes, 1)));
        for (seed, found) in known.chain((first..first + cases).map(|seed| (seed, compare(seed)))) {
            match found {
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
