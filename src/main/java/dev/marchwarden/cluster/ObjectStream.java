package dev.marchwarden.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects of one kind as the API server sends them, one or a list or a watch. */
interface ObjectStream<T> extends Closeable {
    /** An object of the API, as far as a {@link ListWatch} asks. */
    interface Item<T> {
        /** Empty for the items of a list. */
        String kind();

        String resourceVersion();

        /** Of a list: where it goes on; empty at its end. */
        String next();

        /** Of a list. */
        List<? extends Item<T>> items();

        /** Of a Status: the HTTP code that it stands for; 0 for anything else. */
        int code();

        /** Of a Status. */
        String message();

        /** Of anything but a list or a Status. */
        T value() throws IOException;
    }

    /** One line of a watch. */
    record Event<T>(String type, Item<T> object) {}

    /** All of a body that holds one object. */
    Item<T> whole() throws IOException;

    /** The next line of a watch; null at its end. */
    @Nullable
    Event<T> event() throws IOException;
}
