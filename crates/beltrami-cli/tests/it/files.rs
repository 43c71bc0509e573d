//! Files that are written and read: what stands at a name is kept, and what is read is bounded.

#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{Done, beltrami_in, done, folder, npy, program, write};
use beltrami::data::{Array, ArrayView, npz, read};

/// Writers that are killed in a usual run, and in a long one.
const KILLS: u32 = 40;
const LONG: u32 = 1_000;

/// The value of `a + 1` written to a file.
fn out(folder: &Path, a: &str, file: &str) -> Done {
    beltrami_in(folder, &["eval", "a + 1", "--data", &format!("a={a}"), "--out", file])
}

fn number(path: &Path) -> f64 {
    let text = path.to_str().expect("a name");
    let found = read(&format!("x={text}")).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    found[0].array.to_f64()[0]
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn shell(folder: &Path, line: &str) -> Done {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder).env("B", program()).stdin(Stdio::null());
    done(&mut shell)
}

/// A large array of one number, which takes a while to write.
fn writer(folder: &Path, a: u32, file: &str) -> Child {
    Command::new(program())
        .args(["eval", "a*ones(1500,1500)", "--data", &format!("a={a}"), "--out", file])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

#[test]
fn links_lead_to_the_file_that_is_written() {
    let here = folder("files-links");
    fs::create_dir(here.join("deep")).expect("a folder");
    write(here.join("deep/real.npy"), npy(&[], &[1.0][..]));
    symlink("deep/real.npy", here.join("a.npy")).expect("a link");
    symlink("a.npy", here.join("b.npy")).expect("a link");
    symlink("deep/new.npy", here.join("open.npy")).expect("a link");
    symlink("round.npy", here.join("round.npy")).expect("a link");
    assert_eq!(out(&here, "1", "b.npy").code, 0);
    assert_eq!(number(&here.join("deep/real.npy")), 2.0);
    assert_eq!(out(&here, "2", "open.npy").code, 0);
    assert_eq!(number(&here.join("deep/new.npy")), 3.0);
    for link in ["a.npy", "b.npy", "open.npy"] {
        assert!(here.join(link).is_symlink(), "{link}");
    }
    out(&here, "3", "round.npy").refuses(2, "E0703", "circle");
    assert_eq!(names(&here.join("deep")), ["new.npy", "real.npy"]);
}

#[test]
fn a_file_keeps_its_mode_and_owner() {
    let here = folder("files-mode");
    for mode in [0o600, 0o640, 0o755] {
        let path = here.join("a.npy");
        write(path.clone(), "old");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        let before = fs::metadata(&path).expect("it is there");
        assert_eq!(out(&here, "1", "a.npy").code, 0);
        let after = fs::metadata(&path).expect("it is there");
        assert_eq!(after.mode() & 0o7777, mode);
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    }
    let umask = shell(&here, "umask 027; $B eval a --data a=1 --out new.npy");
    assert_eq!(umask.code, 0, "{umask:?}");
    assert_eq!(fs::metadata(here.join("new.npy")).expect("it is there").mode() & 0o777, 0o640);
    assert_eq!(names(&here), ["a.npy", "new.npy"]);
}

#[test]
fn pipes_are_written_in_place() {
    let here = folder("files-pipe");
    let line = "mkfifo pipe.npy && { cat pipe.npy > copy.npy & } && $B eval a --data a=7 --out pipe.npy && wait && test -p pipe.npy";
    let run = shell(&here, line);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(number(&here.join("copy.npy")), 7.0);
    let line = "mkfifo pipe && ln -s pipe link && { $B eval 'b + 1' --data b=- < pipe & } && $B eval a --data a=8 --out link && wait && test -p pipe -a -h link";
    let run = shell(&here, line);
    assert_eq!((run.code, run.out.as_str()), (0, "9\n"), "{run:?}");
    // What a shell opened keeps what it has.
    let line = "echo kept > log && $B derive \"x'*x\" --by x --out /dev/fd/3 3>> log && cat log";
    let run = shell(&here, line);
    assert_eq!((run.code, run.out.as_str()), (0, "kept\n2*x'\n"), "{run:?}");
    assert_eq!(names(&here), ["copy.npy", "link", "log", "pipe", "pipe.npy"]);
}

#[test]
fn a_minus_is_standard_output() {
    let here = folder("files-minus");
    let line = "$B eval 'a + 1' --data a=1 --out - | $B eval 'b*2' --data b=-";
    let run = shell(&here, line);
    assert_eq!((run.code, run.out.as_str()), (0, "4\n"), "{run:?}");
    write(here.join("m.csv"), "4,0\n0,9\n");
    let run = shell(&here, "$B svd m.csv --out - | $B eval 'sum(s)' --data s=-:S");
    assert_eq!((run.code, run.out.as_str()), (0, "13\n"), "{run:?}");
    assert!(run.err.contains("2 of 2 singular values kept"), "{run:?}");
    let run = shell(&here, "$B derive \"x'*x\" --by x --out - ");
    assert_eq!((run.code, run.out.as_str()), (0, "2*x'\n"), "{run:?}");
    let both = beltrami_in(&here, &["svd", "m.csv", "--out", "-", "--json"]);
    assert!(both.code == 2 && both.out.contains("E0702"), "{both:?}");
    beltrami_in(&here, &["svd", "m.csv", "--out", "-", "--plot", "-"]).refuses(2, "E0702", "both");
    assert_eq!(names(&here), ["m.csv"]);
}

#[test]
fn the_ending_says_the_format_for_every_verb() {
    let here = folder("files-endings");
    write(here.join("m.csv"), "4,0\n0,9\n");
    let verbs: [(&[&str], &[&str], &[&str]); 9] = [
        (&["eval", "a + 1", "--data", "a=1"], &["npy", "npz", "csv"], &["txt", "json", "svg", ""]),
        (
            &["eval", "x'*x", "--by", "x", "--form", "operator", "--data", "x=[1,2]"],
            &["npz"],
            &["npy", "csv"],
        ),
        (
            &["eval", "x'*x", "--by", "x", "--times", "[1,1]", "--data", "x=[1,2]"],
            &["npy", "npz", "csv"],
            &["dat"],
        ),
        (&["minimize", "(a-1)^2", "--over", "a"], &["npy", "npz", "csv"], &["json", "txt"]),
        (&["polar", "m.csv"], &["npy", "npz", "csv"], &["txt", "png"]),
        (&["clip", "m.csv", "--min", "0", "--max", "1"], &["npy", "npz", "csv"], &["txt", "png"]),
        (&["funm", "m.csv", "--function", "sqrtm"], &["npy", "npz", "csv"], &["txt", "png"]),
        (&["svd", "m.csv"], &["npz"], &["npy", "csv", "txt"]),
        (
            &["derive", "x'*x", "--by", "x"],
            &["txt", "bel", "py", ""],
            &["npy", "npz", "csv", "svg", "json"],
        ),
    ];
    for (run, taken, refused) in verbs {
        for ending in taken {
            let name = format!("o.{}", ending.to_uppercase());
            let name = name.trim_end_matches('.');
            let done = beltrami_in(&here, &[run, &["--out", name]].concat());
            assert_eq!(done.code, 0, "{run:?} {name}: {done:?}");
            let bytes = fs::read(here.join(name)).expect("it is written");
            let start: &[u8] = match *ending {
                "npy" => b"\x93NUMPY",
                "npz" => b"PK",
                _ => b"",
            };
            assert!(bytes.starts_with(start), "{run:?} {name}");
            assert!(
                *ending != "csv" || bytes.iter().all(|b| b"0123456789.,\n-e".contains(b)),
                "{run:?}"
            );
            fs::remove_file(here.join(name)).expect("it is ours");
        }
        for ending in refused {
            let name = if ending.is_empty() { "o".into() } else { format!("o.{ending}") };
            beltrami_in(&here, &[run, &["--out", &name]].concat()).refuses(2, "E0701", "--out");
        }
    }
    let several = ["eval", "x'*y", "--by", "x,y", "--data", "x=[1,2]", "y=[3,4]", "--out", "o.csv"];
    beltrami_in(&here, &several).refuses(2, "E0702", "derivative_x, derivative_y");
    let cube = [
        "eval", "A*x", "--by", "A", "--form", "index", "--data", "A=[1,2]", "x=[3,4]", "--out",
        "o.csv",
    ];
    beltrami_in(&here, &cube).refuses(2, "E0702", "1×1×2");
    assert_eq!(names(&here), ["m.csv"]);
    // What is written as text reads back to the last digit.
    let third =
        beltrami_in(&here, &["eval", "A/3", "--data", "A=[1, 2e300; 1e-300, 4]", "--out", "t.csv"]);
    assert_eq!(third.code, 0, "{third:?}");
    let back = ["eval", "norminf(B - A/3)", "--data", "A=[1, 2e300; 1e-300, 4]", "B=t.csv"];
    assert_eq!(beltrami_in(&here, &back).out, "0\n");
}

#[test]
fn a_part_that_was_left_is_removed_and_one_that_is_written_is_awaited() {
    let here = folder("files-part");
    let part = here.join(".o.npy.beltrami-part");
    write(part.clone(), "left by a writer that was killed");
    assert_eq!(out(&here, "1", "o.npy").code, 0);
    assert_eq!(names(&here), ["o.npy"]);
    fs::create_dir(&part).expect("a folder");
    out(&here, "2", "o.npy").refuses(2, "E0703", "in the way");
    assert_eq!(number(&here.join("o.npy")), 2.0);
    fs::remove_dir(&part).expect("it is ours");
    // A writer that lives holds the lock.
    let live = File::create(&part).expect("a file");
    live.lock().expect("nobody else has it");
    let mut waiting = writer(&here, 5, "o.npy");
    std::thread::sleep(Duration::from_millis(300));
    assert!(waiting.try_wait().expect("a child").is_none() && part.exists());
    fs::remove_file(&part).expect("it is ours");
    drop(live);
    assert!(waiting.wait().expect("a child").success());
    assert_eq!(number(&here.join("o.npy")), 5.0);
    // Any number at once: the file is that of one of them.
    let all: Vec<Child> = (1..=6).map(|a| writer(&here, a, "o.npy")).collect();
    for mut one in all {
        assert!(one.wait().expect("a child").success());
    }
    whole(&here.join("o.npy"), 1..=6);
    assert_eq!(names(&here), ["o.npy"]);
    let long = format!("{}.npy", "n".repeat(250));
    assert_eq!(out(&here, "1", &long).code, 0);
    assert_eq!(names(&here), [long.as_str(), "o.npy"]);
}

/// All entries are the same number of a range.
fn whole(path: &Path, range: std::ops::RangeInclusive<u32>) -> f64 {
    let text = path.to_str().expect("a name");
    let array = read(&format!("A={text}")).unwrap_or_else(|e| panic!("{e:?}")).remove(0).array;
    let entries = array.to_f64();
    let first = entries[0];
    assert!(array.shape() == [1500, 1500] && entries.iter().all(|x| *x == first));
    assert!((f64::from(*range.start())..=f64::from(*range.end())).contains(&first), "{first}");
    first
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let here = folder("files-killed");
    let path = here.join("o.npy");
    let begun = Instant::now();
    assert!(writer(&here, 1, "o.npy").wait().expect("a child").success());
    let usual = begun.elapsed();
    let kills = if std::env::var_os("BELTRAMI_LONG").is_some() { LONG } else { KILLS };
    let mut last = 1.0;
    for a in 2..2 + kills {
        let mut child = writer(&here, a, "o.npy");
        // All moments of a run, those at its end more often.
        let part = f64::from(a * 7919 % 1000) / 1000.0;
        std::thread::sleep(usual.mul_f64(part.sqrt() * 1.1));
        child.kill().expect("it is ours");
        child.wait().expect("a child");
        let now = whole(&path, 1..=a);
        assert!(now == last || now == f64::from(a), "after {a} it is {now}");
        last = now;
        let all = names(&here);
        assert!(all == ["o.npy"] || all == [".o.npy.beltrami-part", "o.npy"], "{all:?}");
    }
    assert!(writer(&here, 1, "o.npy").wait().expect("a child").success());
    assert_eq!(names(&here), ["o.npy"]);
    println!("{kills} writers killed, the last that was whole is {last}");
}

#[test]
fn signals_leave_nothing_behind() {
    let here = folder("files-signals");
    write(here.join("o.npy"), "old");
    for (signal, name) in [("-TERM", "o.npy"), ("-INT", "o.npy"), ("-TERM", "new.npy")] {
        let mut child = writer(&here, 1, name);
        let part = here.join(format!(".{name}.beltrami-part"));
        while !part.exists() && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        let id = child.id().to_string();
        // It may have ended by itself.
        let _ = Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status();
        child.wait().expect("a child");
        assert!(!part.exists(), "{signal} {name}");
    }
}

#[test]
fn standard_input_is_data_of_any_format() {
    let here = folder("files-input");
    write(here.join("a.npy"), npy(&[2, 2], &[4.0, 0.0, 0.0, 9.0][..]));
    write(here.join("t.csv"), "x;y\n1,5;2\n3,5;4\n");
    write(here.join("p.bel"), "sum(x)");
    let eye = Array::new(vec![2, 2], vec![1.0, 0.0, 0.0, 1.0]).expect("four entries");
    let two = npz(&[("A", eye.view()), ("B", Array::list(vec![5.0]).view())]);
    write(here.join("two.npz"), two.expect("two arrays"));
    for (line, out) in [
        ("$B eval 'tr(A)' --data A=- < a.npy", "13\n"),
        ("$B eval 'sum(x + y)' --let 'x: vector(n), y: vector(n)' --data x=- y=- < t.csv", "11\n"),
        ("$B eval 'sum(z)' --data z=-:y < t.csv", "6\n"),
        ("$B eval 'sum(x)' --data x=t.csv:y", "6\n"),
        ("$B eval 'tr(A) + sum(b)' --data A=two.npz b=two.npz:B", "7\n"),
        ("$B eval 'tr(A)' --data - < two.npz", "2\n"),
        ("cat two.npz | $B eval 'tr(A)' --data A=-", "2\n"),
        ("$B eval - --data x=t.csv < p.bel", "5\n"),
        ("$B funm - --function sqrtm < a.npy", "2  0\n0  3\n"),
        ("$B polar two.npz:A", "1  0\n0  1\n"),
        ("$B clip - --min 0 --max 2 < a.npy", "2  0\n0  2\n"),
    ] {
        let run = shell(&here, line);
        assert_eq!((run.code, run.out.as_str()), (0, out), "{line}: {run:?}");
    }
    let linear = shell(&here, "$B linear - --rhs two.npz:B --json < a.npy");
    assert!(linear.out.contains("E0602") || linear.out.contains("shape"), "{linear:?}");
    let linear = shell(&here, "$B linear - < a.npy && echo '[2, 1; 1, 2]' | $B linear -");
    assert_eq!((linear.code, linear.out.matches("converged: ").count()), (0, 2), "{linear:?}");
    for (line, code, words) in [
        ("$B eval - --data x=- < p.bel", "E0702", "as a program and as data"),
        ("$B eval 'sum(x)' --data - < a.npy", "E0701", "names no variable"),
        ("$B eval 'sum(x)' --data x=- < /dev/null", "E0603", "it holds no numbers"),
        ("$B polar two.npz:C", "E0601", "it holds: A, B"),
        ("$B polar t.csv:z", "E0601", "its columns are x, y"),
        ("$B polar t.txt", "E0603", "`.csv` files"),
    ] {
        shell(&here, line).refuses(2, code, words);
    }
}

#[test]
fn how_a_table_was_read_is_said_and_can_be_said() {
    let here = folder("files-tables");
    write(here.join("t.csv"), "x;y\n1,5;2\n3,5;4\n");
    write(here.join("thousands.csv"), "1,500;2,250\n3,125;4,000\n");
    write(here.join("frame.csv"), ",x,y\n0,4,0\n1,0,9\n");
    let read = beltrami_in(&here, &["eval", "tr(A)", "--data", "A=t.csv"]);
    assert!(
        read.err.contains("t.csv: 2×2, separated by `;`, decimal commas, columns x, y\n"),
        "{read:?}"
    );
    let json = beltrami_in(&here, &["eval", "tr(A)", "--data", "A=t.csv", "--json"]).json();
    assert_eq!(json["tables"][0], "t.csv: 2×2, separated by `;`, decimal commas, columns x, y");
    let verbs: [&[&str]; 10] = [
        &["eval", "tr(A)", "--data", "A=frame.csv"],
        &[
            "minimize",
            "norm2(A*x - x)^2",
            "--over",
            "x",
            "--start",
            "x=[1,1]",
            "--data",
            "A=frame.csv",
        ],
        &[
            "cost",
            "x'*x*tr(A)",
            "--over",
            "x",
            "--let",
            "x: vector(n)",
            "--sizes",
            "8,16",
            "--repeats",
            "1",
            "--data",
            "A=frame.csv",
        ],
        &["roots", "x - tr(A)", "--vars", "x", "--start", "1", "--data", "A=frame.csv"],
        &[
            "critical",
            "x - tr(A); y",
            "--vars",
            "x,y",
            "--box",
            "0:20,-1:1",
            "--data",
            "A=frame.csv",
        ],
        &["taylor", "x*tr(A)", "--by", "x", "--at", "1", "--data", "A=frame.csv"],
        &["jacobian", "x*tr(A)", "--vars", "x", "--at", "1", "--data", "A=frame.csv"],
        &["linear", "frame.csv"],
        &["svd", "frame.csv"],
        &["polar", "frame.csv"],
    ];
    for verb in verbs {
        let refused = beltrami_in(&here, verb);
        refused.refuses(2, "E0606", "--csv-index drop");
        let run = beltrami_in(&here, &[verb, &["--csv-index", "drop"]].concat());
        assert_eq!(run.code, 0, "{verb:?} {run:?}");
        assert!(run.err.contains("the first column left out"), "{verb:?} {run:?}");
    }
    // A file alone is read whole, whatever its columns are called.
    write(here.join("a.csv"), "A,B\n4,0\n0,9\n");
    assert_eq!(beltrami_in(&here, &["polar", "a.csv"]).out, "1  0\n0  1\n");
    assert_eq!(
        beltrami_in(&here, &["eval", "sum(A)", "--let", "A: vector(n)", "--data", "A=a.csv"]).out,
        "4\n"
    );
    let sum = ["eval", "sum(A)", "--let", "A: matrix(m,n)", "--data", "A=thousands.csv"];
    beltrami_in(&here, &sum).refuses(2, "E0606", "decimals or for thousands");
    let comma = beltrami_in(&here, &[&sum[..], &["--csv-decimal", "comma"]].concat());
    assert_eq!(comma.out, "10.875\n", "{comma:?}");
    let semicolon =
        [&sum[..], &["--csv-decimal", "comma", "--csv-separator", "semicolon"]].concat();
    assert_eq!(beltrami_in(&here, &semicolon).out, "10.875\n");
    for bad in
        ["--csv-separator=ab", "--csv-separator=1", "--csv-decimal=dot", "--csv-header=maybe"]
    {
        beltrami_in(&here, &[&sum[..], &[bad]].concat()).refuses(2, "E0701", "--csv-");
    }
}

#[test]
fn what_is_read_is_bounded_by_what_is_asked_for() {
    let here = folder("files-bounded");
    let header = |bytes: &[u8]| [&b"\x93NUMPY\x02\x00"[..], bytes].concat();
    write(here.join("claim.npy"), header(b"\xff\xff\xff\xff{"));
    let nested = format!("{{'descr': {}", "[".repeat(40));
    let length = u32::try_from(nested.len()).expect("it is short").to_le_bytes();
    write(here.join("nested.npy"), header(&[&length[..], nested.as_bytes()].concat()));
    write(here.join("long.csv"), "x".repeat(1_200_000));
    write(here.join("many.csv"), "1,".repeat(200_000) + "x\n" + &"1,".repeat(200_000) + "2\n");
    // Pages of zeros that the system has not written: a member of 400 MB that is not asked for.
    let zeros = vec![0.0; 20_000_000];
    let names: Vec<String> = (0..20_000).map(|k| format!("member{k}")).collect();
    let view = |axes, entries: &'static [f64]| ArrayView::new(axes, entries).expect("one entry");
    let mut members: Vec<(&str, ArrayView<'_>)> =
        names.iter().map(|name| (name.as_str(), view(&[], &[1.0]))).collect();
    members.push(("large", ArrayView::new(&[20_000_000], &zeros).expect("as many")));
    members.push(("A", view(&[1, 1], &[3.0])));
    members.push(("n", view(&[], &[4.0])));
    write(here.join("many.npz"), npz(&members).expect("an archive"));
    for (line, code, words) in [
        ("$B eval 'sum(x)' --data x=claim.npy", "E0603", "claims 4294967295 bytes"),
        ("$B eval 'sum(x)' --data x=nested.npy", "E0603", "records"),
        ("$B eval 'sum(x)' --data x=long.csv", "E0603", "no numbers"),
        ("$B eval 'sum(x)' --data x=many.csv", "E0606", "`x`"),
    ] {
        let run = shell(&here, &format!("ulimit -v 1000000; {line}"));
        run.refuses(2, code, words);
        assert!(run.err.len() < 1000, "{line}: {} bytes", run.err.len());
    }
    let line = "ulimit -v 300000; $B eval 'sum(A)*sum(eye(n))' --data many.npz";
    let run = shell(&here, line);
    assert_eq!((run.code, run.out.as_str()), (0, "12\n"), "{run:?}");
}
