//! Where a file is, whatever it is called.

use std::fs;
use std::path::{Path, PathBuf, absolute};

/// Links that are followed: as many as Linux does.
const MOST_LINKS: usize = 40;

/// Where symbolic links lead, or the path itself. The file need not be there.
#[must_use]
pub fn end_of_links(path: &Path) -> PathBuf {
    let mut end = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&end) {
            // Seen from the directory of the link.
            Ok(target) => end = end.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => break,
        }
    }
    end
}

/// The one name that a file has, or will have, with links followed and `..` gone back. Where it cannot be found out, a
/// name that is as good as the path: opening the file says what is wrong.
#[must_use]
pub fn one_name(path: &Path) -> PathBuf {
    if let Ok(file) = path.canonicalize() {
        return file;
    }
    let end = end_of_links(path);
    let end = absolute(&end).unwrap_or(end);
    let directory = end.parent().and_then(|directory| directory.canonicalize().ok());
    match (directory, end.file_name()) {
        (Some(directory), Some(name)) => directory.join(name),
        _ => end,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_has_one_name_before_it_is_there_and_after() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        fs::create_dir(root.join("deep")).unwrap();
        symlink("file", root.join("link")).unwrap();
        symlink("../link", root.join("deep/link")).unwrap();
        symlink("deep", root.join("linked")).unwrap();
        for _ in 0..2 {
            for name in ["file", "link", "deep/link", "deep/../file", "linked/../file", "linked/link"] {
                assert_eq!(one_name(&root.join(name)), root.join("file"), "{name}");
            }
            fs::write(root.join("file"), "").unwrap();
        }
        assert_eq!(end_of_links(&root.join("deep/link")), root.join("deep/../file"));
        // Nowhere, and in a circle.
        assert_eq!(one_name(&root.join("none/file")), root.join("none/file"));
        symlink("circle", root.join("circle")).unwrap();
        assert_eq!(one_name(&root.join("circle")), root.join("circle"));
    }
}
