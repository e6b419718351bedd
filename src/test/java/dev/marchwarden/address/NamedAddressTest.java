package dev.marchwarden.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1.nip.io, 10.0.0.1",
        "app.10.0.0.1.nip.io, 10.0.0.1",
        "app-10-0-0-1.nip.io, 10.0.0.1",
        "0a000001.nip.io, 10.0.0.1",
        "app-0a000001.nip.io, 10.0.0.1",
        "www-192-168-0-1.sslip.io, 192.168.0.1",
        "--1.sslip.io, ::1",
        "2a01-4f8-c17-b8f--2.sslip.io, 2a01:4f8:c17:b8f::2",
        "localhost, 127.0.0.1",
        "a.localhost, 127.0.0.1",
        "a.localtest.me, 127.0.0.1",
        "lvh.me, 127.0.0.1",
        "metadata.google.internal, 169.254.169.254"
    })
    void isReadFromTheName(String name, String address) {
        assertThat(NamedAddress.of(name)).isEqualTo(new NamedAddress(AddressRange.parse(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.nip.io", "10.0.0.1.10.0.0.2.nip.io", "7f000001.c0a80001.rbndr.us", "999.0.0.1.nip.io"})
    void cannotBeTold(String name) {
        assertThat(NamedAddress.of(name)).isEqualTo(new NamedAddress(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "10.0.0.1.example.com", "notlocalhost", "mylvh.me", "nip.io"})
    void ordinaryNamesHaveNone(String name) {
        assertThat(NamedAddress.of(name)).isNull();
    }
}
