package dev.marchwarden.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.IOException;

/**
 * Jackson's parser over an array in UTF-8, which walks past what is skipped by its bytes ({@link SkippedJson}) instead of token by token:
 * no name in it is looked up or kept. What {@link SkippedJson} does not know Jackson reads itself, from where the value begins, so that
 * the same input is refused with the same words.
 */
final class SkippingParser extends UTF8StreamJsonParser {
    private final SkippedJson skipped;

    SkippingParser(IOContext context, int features, ByteQuadsCanonicalizer names, byte[] bytes, int start, int end) {
        super(context, features, null, null, names, bytes, start, end, 0, false);
        this.skipped = new SkippedJson(
                bytes,
                end,
                streamReadConstraints().getMaxNameLength(),
                streamReadConstraints().getMaxNumberLength());
    }

    @Override
    public JsonParser skipChildren() throws IOException {
        boolean object = _currToken == JsonToken.START_OBJECT;
        if (!object && _currToken != JsonToken.START_ARRAY) {
            return this;
        }
        int levels = streamReadConstraints().getMaxNestingDepth() - _parsingContext.getNestingDepth() + 1;
        int end = skipped.nested(_inputPtr, object, levels);
        if (end < 0) {
            return super.skipChildren();
        }
        _inputPtr = end;
        _tokenInputRow = _currInputRow;
        _tokenInputTotal = _currInputProcessed + end;
        _tokenInputCol = end - _currInputRowStart;
        _parsingContext = _parsingContext.clearAndGetParent();
        _updateToken(object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
        return this;
    }

    @Override
    protected void _skipString() throws IOException {
        int end = skipped.string(_inputPtr);
        if (end < 0) {
            super._skipString();
        } else {
            _tokenIncomplete = false;
            _inputPtr = end;
        }
    }
}
