package dev.marchwarden.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Any text is read as a host without fail, the same in capitals and with more last dots, and never as harmless where a second opinion has a
 * namespace in it. {@code mvn verify} replays what earlier runs found; {@code JAZZER_FUZZ=1 mvn test -Dtest=HostFuzzTest} looks for more.
 */
class HostFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyTextIsAHostOrNot(byte[] bytes) {
        String host = new String(bytes, 0, Math.min(bytes.length, 16 << 10), StandardCharsets.UTF_8);
        HostOracle.check(host, "cluster.local");
        HostOracle.check(host, "corp.example");
    }
}
