package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * An HTTP request, made beforehand.
 *
 * @param bytes all of it; never released
 * @param answer what the body of its answer must begin with; empty for anything; never released
 */
record LoadRequest(ByteBuf bytes, ByteBuf answer) {
    static final LoadRequest NONE = new LoadRequest(Unpooled.EMPTY_BUFFER, Unpooled.EMPTY_BUFFER);

    /** With the answer that Marchwarden has to give. */
    static LoadRequest of(Scene scene, int bytes) {
        byte[] review = Reviews.of(scene, bytes);
        ByteBuf direct = Unpooled.directBuffer().writeBytes(Reviews.http(review));
        ByteBuf answer = Unpooled.wrappedBuffer(Reviews.answer(scene, review));
        return new LoadRequest(Unpooled.unreleasableBuffer(direct), answer);
    }

    /** For a server that looks at no review. */
    LoadRequest withAnyAnswer() {
        return new LoadRequest(bytes, NONE.answer);
    }
}
