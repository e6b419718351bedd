package dev.marchwarden.admission;

/**
 * The fields of an object that hold its intent. The API server writes both objects of an update in the same way, so that those that are alike are so
 * byte by byte.
 *
 * @param marks labels and annotations of Istio's, of a kind that no table knows
 * @param elsewhere whether it has fields beside metadata, spec and status
 */
record DeclaredContent(ByteRange spec, String marks, boolean elsewhere) {
    static final DeclaredContent NONE = new DeclaredContent(ByteRange.NONE, "", false);

    /** Whether both say the same. */
    boolean isSameAs(DeclaredContent other, byte[] body) {
        return !elsewhere && !other.elsewhere && marks.equals(other.marks) && spec.isSameAs(other.spec, body);
    }
}
