package dev.marchwarden.manifest;

import dev.marchwarden.json.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Reads the objects of files and directories, in the order in which they stand. */
public final class ManifestReader {
    private static final String STANDARD_INPUT = "-";
    private static final Set<String> ENDINGS = Set.of(".yaml", ".yml", ".json");

    private final InputStream standardInput;

    /**
     * @param standardInput what {@code -} stands for
     */
    public ManifestReader(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /**
     * All that can be read, and what cannot.
     *
     * @param paths files of any name, directories of which the {@code .yaml}, {@code .yml} and {@code .json} files are read, or {@code -}
     */
    public ManifestFiles readAll(List<Path> paths) {
        return collect(paths).build();
    }

    /** The objects of files that hold nothing else. */
    public List<Manifest> read(List<Path> paths) throws IOException, InvalidManifestException {
        ManifestFiles.Builder files = collect(paths);
        if (!files.unreadable.isEmpty()) {
            throw new InvalidManifestException(files.unreadable.getFirst().toString());
        }
        if (!files.skipped.isEmpty()) {
            throw new InvalidManifestException(
                    files.skipped.getFirst() + ": no apiVersion and kind (expected: a Kubernetes object)");
        }
        return files.manifests;
    }

    private ManifestFiles.Builder collect(List<Path> paths) {
        ManifestFiles.Builder files = new ManifestFiles.Builder();
        for (Path path : paths) {
            if (path.toString().equals(STANDARD_INPUT)) {
                read(STANDARD_INPUT, () -> standardInput.readNBytes(Yaml.MAX_FILE_BYTES), true, files);
            } else if (Files.isDirectory(path)) {
                directory(path, files);
            } else {
                file(path, true, files);
            }
        }
        return files;
    }

    private static void directory(Path directory, ManifestFiles.Builder files) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), 64, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
                    boolean leftOut = isLeftOut(below) || Files.isSymbolicLink(below);
                    return leftOut && !below.equals(directory)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = String.valueOf(file.getFileName());
                    // A symbolic link, when followed, is seen here only if it leads nowhere.
                    boolean isFile = attributes.isRegularFile() || attributes.isSymbolicLink();
                    if (isFile && ENDINGS.stream().anyMatch(name::endsWith)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    if (!(e instanceof FileSystemLoopException)) { // a link, and links to directories are left out
                        files.unreadable.add(notReadable(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            files.unreadable.add(notReadable(directory));
        }
        Collections.sort(found);
        found.forEach(file -> file(file, false, files));
    }

    /** Git's own directory, and the copies that a mounted ConfigMap has of its files. */
    private static boolean isLeftOut(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return name.equals(".git") || (name.startsWith("..") && name.length() > 2);
    }

    private interface Content {
        byte[] read() throws IOException;
    }

    private static void file(Path path, boolean named, ManifestFiles.Builder files) {
        read(path.toString(), () -> Files.readAllBytes(path), named, files);
    }

    private static UnreadableDocument notReadable(Path path) {
        return new UnreadableDocument(
                path.toString(), 1, "the file cannot be read (expected: a file that exists and is readable)");
    }

    private static void read(String file, Content content, boolean named, ManifestFiles.Builder files) {
        try {
            byte[] bytes = content.read();
            if (bytes.length >= Yaml.MAX_FILE_BYTES) {
                throw new SourceException(1, "a file of 256 MiB or more", "a smaller one");
            }
            new SourceFile(file, ManifestText.decode(bytes), named, files).read();
        } catch (SourceException e) {
            files.unreadable.add(e.in(file));
        } catch (IOException e) {
            files.unreadable.add(notReadable(Path.of(file)));
        }
    }
}
