//! Contractions against loops written by hand.

use crate::sample::{Sampler, assert_close};
use beltrami_exec::{ExecError, Jet, Scalar, Tensor, einsum};

fn sum(n: usize, f: impl FnMut(usize) -> f64) -> f64 {
    (0..n).map(f).sum()
}

#[test]
fn matrices_and_vectors() {
    let mut s = Sampler::new(31);
    let (a, b, c) = (s.tensor(&[2, 3]), s.tensor(&[3, 4]), s.tensor(&[4, 5]));
    let (x, y, q) = (s.tensor(&[3, 1]), s.tensor(&[1, 3]), s.tensor(&[3, 3]));
    let check = |text: &str, operands: &[&Tensor<f64>], expected: Tensor<f64>| {
        assert_close(text, &einsum(text, operands).unwrap(), &expected, 1e-14);
    };
    let ab = Tensor::from_fn(2, 4, |i, k| sum(3, |j| a.at(i, j) * b.at(j, k)));
    check("ij,jk->ik", &[&a, &b], ab.clone());
    check("ij,jk->ki", &[&a, &b], ab.transpose());
    check("ij,jk->(ki)", &[&a, &b], ab.stacked());
    check(
        "ij, jk, kl -> il",
        &[&a, &b, &c],
        Tensor::from_fn(2, 5, |i, l| sum(4, |k| ab.at(i, k) * c.at(k, l))),
    );
    check("ij->", &[&a], Tensor::scalar(a.data().iter().sum()));
    check("ij->j", &[&a], Tensor::column((0..3).map(|j| sum(2, |i| a.at(i, j))).collect()));
    check("i->ii", &[&x], Tensor::from_fn(3, 3, |i, j| if i == j { x.at(i, 0) } else { 0.0 }));
    check("ii->i", &[&q], Tensor::column((0..3).map(|i| q.at(i, i)).collect()));
    check("ii->", &[&q], Tensor::scalar(sum(3, |i| q.at(i, i))));
    check("i,i->", &[&x, &y], Tensor::scalar(sum(3, |i| x.at(i, 0) * y.at(0, i))));
    check("i,j->ij", &[&x, &y], Tensor::from_fn(3, 3, |i, j| x.at(i, 0) * y.at(0, j)));
    check("i1->i".replace('1', "j").as_str(), &[&x], x.clone());
    check(",ij->ij", &[&Tensor::scalar(2.0), &a], a.map(|v| 2.0 * v));
    check("ij,ij->ij", &[&a, &a], a.map(|v| v * v));
    check("ij,j->ij", &[&a, &x], Tensor::from_fn(2, 3, |i, j| a.at(i, j) * x.at(j, 0)));
    check(",->", &[&Tensor::scalar(2.0), &Tensor::scalar(3.0)], Tensor::scalar(6.0));
}

#[test]
fn groups_and_higher_orders() {
    let mut s = Sampler::new(32);
    let (a, b) = (s.tensor(&[2, 3]), s.tensor(&[4, 5]));
    let kron = Tensor::from_fn(8, 15, |r, c| a.at(r / 4, c / 5) * b.at(r % 4, c % 5));
    assert_close("kron", &einsum("ab,ij->(ai)(bj)", &[&a, &b]).unwrap(), &kron, 1e-15);
    // The other way: groups of an operand are opened, the sizes of i and j found by division.
    let expected = Tensor::from_fn(4, 5, |i, j| {
        sum(2, |x| sum(3, |y| kron.at(x * 4 + i, y * 5 + j) * a.at(x, y)))
    });
    assert_close("partial", &einsum("(ai)(bj),ab->ij", &[&kron, &a]).unwrap(), &expected, 1e-14);
    let t = einsum("ij,kl->kijl", &[&a, &b]).unwrap();
    assert_eq!(t.dims(), [4, 2, 3, 5]);
    assert_eq!(t.data()[((3 * 2 + 1) * 3 + 2) * 5 + 4], a.at(1, 2) * b.at(3, 4));
    let back = einsum("kijl,kl->ij", &[&t, &b]).unwrap();
    let square: f64 = b.data().iter().map(|x| x * x).sum();
    assert_close("back", &back, &a.map(|x| square * x), 1e-14);
    let q = s.tensor(&[9, 1]);
    // A letter that is twice in one group is the diagonal of a square.
    assert_close(
        "diag",
        &einsum("(ii)->i", &[&q]).unwrap(),
        &Tensor::column(vec![q.at(0, 0), q.at(4, 0), q.at(8, 0)]),
        0.0,
    );
    // A batch that is not contracted.
    let (u, v) = (s.tensor(&[3, 2, 4]), s.tensor(&[3, 4, 2]));
    let batch = einsum("bij,bjk->bik", &[&u, &v]).unwrap();
    let entry = sum(4, |j| u.data()[(2 * 2 + 1) * 4 + j] * v.data()[(2 * 4 + j) * 2]);
    assert!((batch.data()[(2 * 2 + 1) * 2] - entry).abs() < 1e-15);
}

#[test]
fn jets_obey_the_product_rule() {
    let mut s = Sampler::new(33);
    let (a, b, u, v) = (s.tensor(&[2, 3]), s.tensor(&[3, 2]), s.tensor(&[2, 3]), s.tensor(&[3, 2]));
    let (x, y) =
        (Jet::<4>::seed(&a, &[Some(&u)]).unwrap(), Jet::<4>::seed(&b, &[None, Some(&v)]).unwrap());
    let product = einsum("ij,ji->", &[&x, &y]).unwrap();
    let expected = einsum("ij,ji->", &[&u, &v]).unwrap();
    assert_close("mixed", &Jet::part(&product, 3), &expected, 1e-15);
    assert_eq!(Jet::<4>::COEFFICIENTS, 4);
}

#[test]
fn what_does_not_fit_is_refused() {
    let (a, b) = (Tensor::from_fn(2, 3, |_, _| 1.0), Tensor::from_fn(2, 4, |_, _| 1.0));
    for (text, operands) in [
        ("ij,jk->ik", vec![&a, &b]),
        ("ij->ik", vec![&a]),
        ("ij", vec![&a]),
        ("ij,ij->ij", vec![&a]),
        ("i->i", vec![&a]),
        ("ijk->i", vec![&a]),
        ("->", vec![&a]),
        ("(ij->i", vec![&a]),
        ("i)j->i", vec![&a]),
        ("()i->i", vec![&a]),
        ("(pq)j->pj", vec![&a]),
        ("(ik)j,ik->j", vec![&a, &b]),
        ("(ii)j->ij", vec![&a]),
        ("i1->i", vec![&a]),
        ("->", vec![]),
    ] {
        let result = einsum(text, &operands);
        assert!(matches!(result, Err(ExecError::Einsum(_))), "{text}: {result:?}");
    }
    let long = Tensor::column(vec![1.0; 1 << 10]);
    let result = einsum("a,b,c->abc", &[&long, &long, &long]);
    assert_eq!(result, Err(ExecError::TooLarge { size: "1024×1024×1024".to_owned() }));
}
