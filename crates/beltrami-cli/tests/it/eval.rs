//! `beltrami eval`.

use std::path::Path;

use crate::command::{Done, beltrami, beltrami_in, folder, write};
use serde_json::json;

/// The bytes of a `.npy` file of version 1.0.
fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).expect("the header is short").to_le_bytes();
    [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), data].concat()
}

fn f8(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn eval(arguments: &[&str]) -> Done {
    beltrami(&[&["eval"], arguments].concat())
}

#[test]
fn values_and_derivatives_are_printed() {
    let value = eval(&["norm2(A*x - y)^2", "--data", "A=[1,2;3,4]", "x=[1,2]", "y=[0;0]"]);
    assert_eq!((value.code, value.out.as_str()), (0, "146\n"), "{value:?}");
    assert!(value.err.starts_with("shape scalar, m = 2, n = 2\n"), "{value:?}");
    let both = eval(&["x'*x", "--by", "x", "--data", "x=[1,2]"]);
    assert_eq!(both.out, "value:\n5\n\nderivative by x, 2*x':\n2  4\n");
    assert_eq!(eval(&["a + 0.2", "--data", "a=0.1"]).out, "0.30000000000000004\n");
    assert_eq!(eval(&["--data", "x=[1,2]", "sum(x)"]).out, "3\n");
    assert_eq!(eval(&["-a", "--data", "a=-2"]).out, "2\n");
}

#[test]
fn json_has_nested_arrays() {
    let object = eval(&["A*x", "--by", "x", "--json", "--data", "A=[1,2;3,4]", "x=[1,2]"]).json();
    assert_eq!(object["value"], json!([5.0, 11.0]));
    assert_eq!(object["shape"], json!([2]));
    assert_eq!(object["derivative"], json!([[1.0, 2.0], [3.0, 4.0]]));
    assert_eq!(object["derivative_text"], "A");
    assert_eq!(object["assumed"], json!(["A: matrix(m,n)", "x: vector(n)"]));
    assert_eq!(eval(&["x'*x", "--json", "--data", "x=[1,2]"]).json()["value"], json!(5.0));
    let tensor =
        eval(&["A*x", "--by", "A", "--form", "index", "--json", "--data", "A=[1,2]", "x=[3,4]"])
            .json();
    assert_eq!(tensor["derivative"], json!([[[3.0, 4.0]]]));
}

#[test]
fn sizes_are_solved_for() {
    let out = |arguments: &[&str]| eval(arguments).out;
    assert_eq!(out(&["sum(eye(n))*a", "--data", "a=2", "n=3"]), "6\n");
    assert_eq!(out(&["x[i]", "--data", "x=[5,7]", "i=2"]), "7\n");
    let products = ["sum(kron(A,B)*x)", "--let", "A: matrix(m,n), B: matrix(p,q), x: vector(n*q)"];
    assert_eq!(out(&[&products[..], &["--data", "A=[1,2]", "B=[1;1]", "x=[1,1]"]].concat()), "6\n");
    let solved = ["sum(x) + n", "--let", "x: vector(2*n+1)", "--data", "x=[0,0,0,0,0]"];
    assert_eq!(out(&solved), "2\n");
    let squares = ["sum(x) + n", "--let", "x: vector(n*n)", "--data", "x=[0,0,0,0,0,0,0,0,0]"];
    assert_eq!(out(&squares), "3\n");
    eval(&["sum(x)", "--let", "x: vector(n*n)", "--data", "x=[1,2]"]).refuses(
        2,
        "E0602",
        "no n makes n*n that",
    );
    let conflict = [&products[..], &["--data", "A=[1,2]", "B=[1;1]", "x=[1,1,1]"]].concat();
    eval(&conflict).refuses(2, "E0602", "`x` has 3 entries, it needs n*q");
    eval(&["A*x", "--data", "A=[1,2;3,4]", "x=[1,2,3]"]).refuses(
        2,
        "E0602",
        "`A` has 2 columns and `x` has 3 entries: both are n",
    );
    eval(&["sum(x)", "--let", "x: vector(3)", "--data", "x=[1,2]"]).refuses(
        2,
        "E0602",
        "its declaration asks for 3",
    );
    eval(&["x[i]", "--data", "x=[5,7]", "i=3"]).refuses(2, "E0207", "i = 3 is out of range");
    eval(&["sum(eye(n))*a", "--data", "a=2", "n=1.5"]).refuses(2, "E0602", "whole number");
    eval(&["sum(eye(n))*a", "--data", "a=2"]).refuses(2, "E0601", "does not determine `n`");
}

#[test]
fn data_that_is_missing_unknown_or_malformed_is_named() {
    eval(&["A*x"]).refuses(2, "E0601", "no data for `A`, `x` (A: matrix(m,n), x: vector(n))");
    eval(&["sum(x)", "--data", "x=[1]", "z=[2]"]).refuses(2, "E0302", "`z` does not occur");
    eval(&["sum(x)", "--data", "x=[1]", "x=[2]"]).refuses(2, "E0702", "`x` is given twice");
    eval(&["sum(x)", "--data", "x=[1, two]"]).refuses(2, "E0701", "`two` is no number");
    eval(&["sum(x)", "--data", "x=[1, 2"]).refuses(2, "E0701", "`]` is missing");
    eval(&["sum(A)", "--data", "A=[1, 2; 3]"]).refuses(2, "E0701", "the rows have 2 and 1 entries");
    eval(&["sum(x)", "--data", "x=/no/file"]).refuses(2, "E0701", "`/no/file` is no number");
    eval(&["sum(x)", "--data", "x.npy"]).refuses(2, "E0701", "names no variable");
    eval(&["sum(x)", "--data", "x=none.npy"]).refuses(2, "E0603", "no such file");
    eval(&["a", "--data", "a=[1,2]"]).refuses(
        2,
        "E0602",
        "`a` is taken for a scalar, its data is a list of 2",
    );
    eval(&["sum(x)", "--data", "x=[]"]).refuses(2, "E0602", "empty");
    eval(&["--data", "x=[1]"]).refuses(2, "E0701", "no expression");
    eval(&["x", "--order", "2", "--data", "x=[1]"]).refuses(
        2,
        "E0702",
        "`--order` needs a variable",
    );
    let json = eval(&["sum(x)", "--json"]);
    assert_eq!((json.code, json.err.as_str()), (2, ""));
    assert_eq!(json.json()["error"][0]["code"], "E0601");
}

#[test]
fn declared_structure_must_hold() {
    let wrong = |declaration: &str, data: &str, words: &str| {
        eval(&["sum(A)", "--let", declaration, "--data", data]).refuses(2, "E0604", words);
    };
    wrong("A: symmetric(n)", "A=[1,2;3,4]", "A[1,2] = 2 and A[2,1] = 3");
    wrong("A: spd(n)", "A=[1,2;2,1]", "not positive definite");
    wrong("A: diagonal(n)", "A=[1,0;5,1]", "declared diagonal, A[2,1] = 5");
    wrong("A: lower(n)", "A=[1,7;5,1]", "declared lower, A[1,2] = 7");
    wrong("A: upper(n)", "A=[1,7;5,1]", "declared upper, A[2,1] = 5");
    wrong("A: orthogonal(n)", "A=[1,0;0,2]", "(A'*A)[2,2] = 4 instead of 1");
    wrong("A: skew(n)", "A=[0,1;1,0]", "declared skew");
    wrong("A: vector(n) > 0", "A=[1,-2,0]", "declared > 0, A[2] = -2");
    wrong("A: vector(n) >= 0", "A=[1,-2,0]", "declared >= 0, A[2] = -2");
    wrong("A: vector(n) +-1", "A=[1,-1,0.5]", "declared +-1, A[3] = 0.5");
    wrong("A: vector(n) in [0, 1]", "A=[1,3]", "declared between 0 and 1, A[2] = 3");
    assert_eq!(eval(&["logdet(A)", "--let", "A: spd(n)", "--data", "A=[1,0;0,1]"]).out, "0\n");
    eval(&["sum(x)", "--data", "x=[1,nan]"]).refuses(2, "E0605", "entry 2 is NaN");
    eval(&["sum(A)", "--data", "A=[1,2;3,inf]"]).refuses(2, "E0605", "entry [2,2] is inf");
}

#[test]
fn values_that_do_not_exist_exit_with_one() {
    eval(&["log(a)", "--data", "a=0"]).refuses(1, "E0503", "`log(a)` has no finite value");
    eval(&["exp(a)", "--data", "a=1000"]).refuses(1, "E0503", "no finite value");
    eval(&["inv(A)*x", "--data", "A=[1,2;2,4]", "x=[1,1]"]).refuses(1, "E0503", "singular");
    eval(&["a/b", "--data", "a=1", "b=0"]).refuses(1, "E0503", "no finite value");
}

#[test]
fn numpy_files_of_each_kind_are_read() {
    let here = folder("eval-npy");
    let save = |name: &str, bytes: Vec<u8>| write(here.join(name), bytes);
    save("c.npy", npy("<f8", false, "(2, 3)", &f8(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])));
    save("f.npy", npy("<f8", true, "(2, 3)", &f8(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0])));
    save("f4.npy", npy("<f4", false, "(3,)", &[1.0_f32, 0.0, -1.0].map(f32::to_le_bytes).concat()));
    save("i8.npy", npy("<i8", false, "(3,)", &[1_i64, 0, -1].map(i64::to_le_bytes).concat()));
    save("i4.npy", npy("<i4", false, "(3, 1)", &[1_i32, 0, -1].map(i32::to_le_bytes).concat()));
    save(
        "big.npy",
        npy(">f8", false, "(3,)", &[1.0_f64, 0.0, -1.0].map(f64::to_be_bytes).concat()),
    );
    save("bool.npy", npy("|b1", false, "(3,)", &[1, 0, 1]));
    save("zero.npy", npy("<f8", false, "()", &f8(&[2.5])));
    save("cube.npy", npy("<f8", false, "(1, 1, 1)", &f8(&[1.0])));
    save("complex.npy", npy("<c16", false, "(1,)", &f8(&[1.0, 2.0])));
    save("short.npy", npy("<f8", false, "(200000000, 3)", &f8(&[1.0])));
    save("text.npy", b"not an array".to_vec());
    let run = |arguments: &[&str]| beltrami_in(&here, &[&["eval"], arguments].concat());
    for matrix in ["A=c.npy", "A=f.npy"] {
        for vector in ["x=f4.npy", "x=i8.npy", "x=i4.npy", "x=big.npy"] {
            let done = run(&["A*x", "--data", matrix, vector]);
            assert_eq!(
                (done.code, done.out.as_str()),
                (0, "-2\n-2\n"),
                "{matrix} {vector} {done:?}"
            );
        }
    }
    assert_eq!(run(&["sum(x)", "--data", "x=bool.npy"]).out, "2\n");
    assert_eq!(run(&["y*x", "--let", "y: row(n)", "--data", "x=bool.npy", "y=i8.npy"]).out, "0\n");
    assert_eq!(run(&["a*2", "--data", "a=zero.npy"]).out, "5\n");
    run(&["sum(A)", "--data", "A=cube.npy"]).refuses(2, "E0602", "3 axes");
    run(&["sum(x)", "--data", "x=complex.npy"]).refuses(2, "E0603", "<c16");
    run(&["sum(A)", "--data", "A=short.npy"]).refuses(2, "E0603", "shorter than its header says");
    run(&["sum(x)", "--data", "x=text.npy"]).refuses(2, "E0603", "no NumPy array");
    run(&["sum(A)", "--data", "A=i8.npy"]).refuses(2, "E0602", "its data is a list of 3");
    run(&["sum(x)", "--data", "x=c.npy"]).refuses(2, "E0602", "its data is 2×3");
}

#[test]
fn results_are_written_and_read_again() {
    let here = folder("eval-out");
    let run = |arguments: &[&str]| beltrami_in(Path::new(&here), &[&["eval"], arguments].concat());
    let done = run(&["A*x", "--data", "A=[1,2;3,4]", "x=[1,2]", "--out", "y.npy"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{done:?}");
    assert_eq!(run(&["sum(y)", "--data", "y=y.npy"]).out, "16\n");
    let both = ["A*x", "--by", "x", "--data", "A=[1,2;3,4]", "x=[1,2]", "--out"];
    assert_eq!(run(&[&both[..], &["both.npz"]].concat()).code, 0);
    assert_eq!(
        run(&[
            "derivative*value",
            "--let",
            "derivative: matrix(m,n), value: vector(n)",
            "--data",
            "both.npz"
        ])
        .out,
        "27\n59\n"
    );
    assert_eq!(run(&["sum(v)", "--data", "v=both.npz"]).code, 2);
    assert_eq!(run(&["sum(value)", "--data", "both.npz", "value=[1]"]).out, "1\n");
    assert_eq!(run(&[&both[..], &["d.npy"]].concat()).code, 0);
    assert_eq!(run(&["sum(D)", "--data", "D=d.npy"]).out, "10\n");
    run(&["a", "--data", "a=1", "--out", "missing/a.npy"]).refuses(2, "E0703", "no such folder");
    write(here.join("bad.npz"), b"no archive");
    run(&["a", "--data", "bad.npz"]).refuses(2, "E0603", "cannot read `bad.npz`");
    assert_eq!(std::fs::read_dir(&here).map(Iterator::count).ok(), Some(4));
}
