package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * An HTTP request, made beforehand.
 *
 * @param bytes all of it; never released
 * @param answer what the body of its answer must begin with; empty for anything
 */
record LoadRequest(ByteBuf bytes, byte[] answer) {
    static final LoadRequest NONE = new LoadRequest(Unpooled.EMPTY_BUFFER, new byte[0]);

    /** With the answer that Marchwarden has to give. */
    static LoadRequest of(Scene scene, int bytes) {
        byte[] review = Reviews.of(scene, bytes);
        ByteBuf direct = Unpooled.directBuffer().writeBytes(Reviews.http(review));
        return new LoadRequest(Unpooled.unreleasableBuffer(direct), Reviews.answer(scene, review));
    }

    /** For a server that looks at no review. */
    LoadRequest withAnyAnswer() {
        return new LoadRequest(bytes, NONE.answer);
    }
}
