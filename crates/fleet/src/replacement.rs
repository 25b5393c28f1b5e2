//! A file that is there whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::place::end_of_links;

/// A file in the making, which takes the place of another when it is whole. Dropped before that, it leaves nothing.
///
/// What is there already and is no file, such as a pipe or a device, is written into as it is and keeps its place. It
/// cannot be had whole or not at all: where the writing breaks off, it has the beginning.
#[derive(Debug)]
pub struct Replacement {
    /// Where the file is made and where it goes; nothing where there is no file to replace.
    way: Option<Way>,
    file: BufWriter<Target>,
}

#[derive(Debug)]
struct Way {
    beside: PathBuf,
    place: PathBuf,
}

impl Replacement {
    /// Begins it, beside the file whose place it is to take. A pipe or a device is not opened before it is written to.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn begin(path: &Path) -> io::Result<Self> {
        if is_special(path) {
            let target = Target::Special { path: path.to_owned(), file: None };
            return Ok(Self { way: None, file: BufWriter::new(target) });
        }
        let place = end_of_links(path);
        let name = place.file_name().filter(|_| !ends_as_directory(path));
        let Some(name) = name else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no name of a file"));
        };
        let mut name = name.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let beside = place.with_file_name(name);
        let file = BufWriter::new(Target::File(create(&beside)?));
        Ok(Self { way: Some(Way { beside, place }), file })
    }

    /// Puts it in its place, with all that was written on disk.
    ///
    /// # Errors
    /// When it cannot be written or moved; then the file is as it was.
    pub fn put(mut self) -> io::Result<()> {
        self.file.flush()?;
        let (Some(way), Target::File(file)) = (&self.way, self.file.get_ref()) else { return Ok(()) };
        file.sync_all()?;
        failpoint!(ResultsWhole);
        fs::rename(&way.beside, &way.place)
    }
}

/// Whether something is there that is neither file nor directory.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

fn ends_as_directory(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

/// What is written to.
#[derive(Debug)]
enum Target {
    File(File),
    /// Opened when there is something to write: who reads a pipe takes its being closed for the end.
    Special {
        path: PathBuf,
        file: Option<File>,
    },
    /// Given up.
    Nowhere,
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Special { file: Some(file), .. } => file.write(bytes),
            Self::Special { path, file } => file.insert(File::options().write(true).open(path)?).write(bytes),
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        // Files have nothing to flush, and what was not written to need not be opened.
        Ok(())
    }
}

/// What names customers' lines is not for the other users of the machine.
#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create(true).truncate(true).mode(0o640).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        match &self.way {
            // Gone already where it was put in place.
            Some(way) => drop(fs::remove_file(&way.beside)),
            // Its buffer is written out when it is dropped.
            None => *self.file.get_mut() = Target::Nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_as_it_was_until_the_new_one_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan");
        std::fs::write(&path, "old").unwrap();
        let mut dropped = Replacement::begin(&path).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        let mut whole = Replacement::begin(&path).unwrap();
        whole.write_all(b"new").unwrap();
        whole.put().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn others_on_the_machine_cannot_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        Replacement::begin(&path).unwrap().put().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o007, 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_the_file_it_leads_to_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("far")).unwrap();
        fs::write(at("far/there"), "old").unwrap();
        std::os::unix::fs::symlink("far/there", at("near")).unwrap();
        std::os::unix::fs::symlink("near", at("link")).unwrap();
        std::os::unix::fs::symlink("far/none-yet", at("dangling")).unwrap();
        for (link, target) in [("link", "far/there"), ("dangling", "far/none-yet")] {
            let mut new = Replacement::begin(&at(link)).unwrap();
            new.write_all(b"new").unwrap();
            new.put().unwrap();
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
            assert_eq!(fs::read_to_string(at(target)).unwrap(), "new");
        }
        assert_eq!(fs::read_dir(at("far")).unwrap().count(), 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_file_keeps_its_place_and_is_written_into() {
        use std::io::Read;
        use std::os::fd::AsRawFd;
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("link");
        let (mut reader, writer) = io::pipe().unwrap();
        let pipe = format!("/proc/self/fd/{}", writer.as_raw_fd());
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for path in [Path::new(&pipe), &link] {
            let mut dropped = Replacement::begin(path).unwrap();
            dropped.write_all(b"half").unwrap();
            drop(dropped);
            let mut into = Replacement::begin(path).unwrap();
            into.write_all(b"new\n").unwrap();
            into.put().unwrap();
        }
        drop(writer);
        let mut read = String::new();
        reader.read_to_string(&mut read).unwrap();
        assert_eq!(read, "new\nnew\n");
        std::os::unix::fs::symlink("/dev/full", directory.path().join("full")).unwrap();
        let mut full = Replacement::begin(&directory.path().join("full")).unwrap();
        full.write_all(b"new").unwrap();
        assert_eq!(full.put().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_name_of_a_file_is_refused_at_the_beginning() {
        let directory = tempfile::tempdir().unwrap();
        for path in [PathBuf::new(), directory.path().join("new/"), directory.path().join("missing/new")] {
            Replacement::begin(&path).unwrap_err();
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
