package dev.marchwarden.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By example; {@link AddressRangeArithmeticTest} counts. */
class AddressRangeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.0/8,                               10.0.0.0/8
            0.0.0.0/0,                                0.0.0.0/0
            10.1.2.3,                                 10.1.2.3
            10.1.2.3/32,                              10.1.2.3
            255.255.255.255,                          255.255.255.255
            0.0.0.0,                                  0.0.0.0
            10.0.0.1/8,                               10.0.0.0/8
            10.255.255.255/9,                         10.128.0.0/9
            10.1.2.3/0,                               0.0.0.0/0
            fd00::/8,                                 fd00::/8
            fdff::1/8,                                fd00::/8
            FD00::ABCD,                               fd00::abcd
            ::/0,                                     ::/0
            ::,                                       ::
            ::1,                                      ::1
            ::1/128,                                  ::1
            [::1],                                    ::1
            [::ffff:10.1.2.3],                        10.1.2.3
            [fe80::1%eth0],                           fe80::1
            fe80::1%eth0,                             fe80::1
            fe80::1%25eth0,                           fe80::1
            fe80::1%1,                                fe80::1
            ::ffff:10.1.2.3%eth0,                     10.1.2.3
            ::ffff:10.1.2.3,                          10.1.2.3
            ::FFFF:0a01:0203,                         10.1.2.3
            0:0:0:0:0:ffff:a01:203,                   10.1.2.3
            ::ffff:10.1.2.3/128,                      10.1.2.3
            ::ffff:10.1.2.3/104,                      10.0.0.0/8
            ::ffff:0:0/96,                            0.0.0.0/0
            ::ffff:0:0/95,                            ::fffe:0:0/95
            ::10.1.2.3,                               ::a01:203
            64:ff9b::10.1.2.3,                        64:ff9b::a01:203
            1:2:3:4:5:6:7:8,                          1:2:3:4:5:6:7:8
            1:2:3:4:5:6:1.2.3.4,                      1:2:3:4:5:6:102:304
            1:2:3:4:5:6:7::,                          1:2:3:4:5:6:7:0
            ::2:3:4:5:6:7:8,                          0:2:3:4:5:6:7:8
            1::,                                      1::
            0001:0010:0100:1000::,                    1:10:100:1000::
            2001:db8:0:0:1:0:0:1,                     2001:db8::1:0:0:1
            2001:0:0:1:0:0:0:1,                       2001:0:0:1::1
            10:0:0:1:0:0:2:3,                         10::1:0:0:2:3
            2001:db8::ffff:ffff/63,                   2001:db8::/63
            2001:db8::ffff:ffff/64,                   2001:db8::/64
            2001:db8::ffff:ffff:ffff:ffff/65,         2001:db8:0:0:8000::/65
            2001:db8::ffff:ffff/127,                  2001:db8::ffff:fffe/127
            """)
    void readsAndShowsCanonically(String text, String canonical) {
        assertThat(range(text)).hasToString(canonical);
        assertThat(range(canonical))
                .hasToString(canonical)
                .isEqualTo(range(text))
                .hasSameHashCodeAs(range(text));
        assertThat(AddressRange.looksNumeric(text)).isFalse();
    }

    /** What Go's net.ParseIP and netip.ParsePrefix refuse too; and of IPv4 nothing that some resolver would take for an address. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "/",
                "/8",
                "/0",
                "%",
                "%eth0",
                "[",
                "]",
                "[]",
                "[]/8",
                ":",
                ":::",
                "localhost",
                "example.com",
                "10.example.com",
                "10.0.0.x",
                "10.1.2.-3",
                "-1",
                "+10.1.2.3",
                "1..2",
                ".10.1.2.3",
                "10.1.2.3..",
                "10.1.2.3:80",
                "10.1.2.3%eth0",
                "[10.1.2.3]",
                "[10.1.2.3",
                "[::1",
                "::1]",
                "[[::1]]",
                "[::1]:80",
                "[::1]/128",
                "[::1/128]",
                "[fe80::1]%eth0",
                "fe80::1%",
                "fe80::1%eth0/64",
                "fe80::/64%eth0",
                "::/129",
                "::/-1",
                "::/+1",
                "::/08",
                "::/",
                "::/ 8",
                "::/8/8",
                "::/٨",
                "fd00::/2147483656",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "1::2::3",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:",
                "1:2:3:4:5:6:7:1.2.3.4",
                "00001::",
                "::10000",
                "::g",
                "::ffff:10.1.2",
                "::ffff:010.1.2.3",
                "::ffff:10.1.2.256",
                "::ffff:0x0a.1.2.3",
                "10.1.2.3::",
                "::1 ",
                " ::1",
                "１０.1.2.3",
                "٣.1.2.3",
                "0xg",
                "x10",
                "0o17.0.0.1",
                "1e3",
                "10,1,2,3",
                "10.1.2.3-10.1.2.9",
                "unix:///var/run/socket"
            })
    void isNeitherARangeNorNumeric(String text) {
        assertThat(AddressRange.parse(text)).isNull();
        assertThat(AddressRange.looksNumeric(text)).isFalse();
    }

    /** The first column of inet_aton's manual, what browsers make of it, and what only looks like it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "127.1",
                "1.2",
                "10.1.2",
                "127.0.1",
                "2130706433",
                "017700000001",
                "0x7f000001",
                "0X7F.1",
                "0x7f.1",
                "0x7f.0x0.0x0.0x1",
                "0xa.1.2.3",
                "10.0x1.2.3",
                "0x",
                "0x.0x.0x.0x1",
                "010.1.2.3",
                "10.1.2.03",
                "00.0.0.0",
                "0177.0.0.01",
                "08.1.2.3",
                "256.1.2.3",
                "10.1.2.999",
                "4294967296",
                "99999999999999999999999999",
                "1.2.3.4.5",
                "10.1.2.3.",
                "127.1.",
                "10.1.2.3 ",
                " 10.1.2.3",
                "10.1.2.3\n",
                "10.1.2.3 example.com",
                "10.1.2.3\texample.com",
                "10.1.2.3/",
                "10.1.2.3/33",
                "10.1.2.3/08",
                "10.1.2.3/-1",
                "10.1.2.3/255.0.0.0",
                "10.0.0.0/8/8",
                "10.0.0.0/8 ",
                "10/8",
                "127.1/16",
                "010.0.0.0/8"
            })
    void isNumericAndNoRange(String text) {
        assertThat(AddressRange.parse(text)).isNull();
        assertThat(AddressRange.looksNumeric(text)).isTrue();
    }

    /** Regular expressions recurse and backtrack; these texts come from anybody who may write an object. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "f", "1.", "0x", ":", "1:", "::", "[", "]", "%", "/", " ", "::1%", "[:]%", "1/"})
    void isDoneWithLongTextsAtOnce(String piece) {
        String text = piece.repeat(1_000_000);
        for (String spelling : new String[] {text, "1." + text, "::" + text, "[::" + text + "]", "10.0.0.0/" + text}) {
            AddressRange.parse(spelling);
            AddressRange.looksNumeric(spelling);
        }
        assertThat(AddressRange.looksNumeric("0".repeat(1_000_000))).isTrue();
        assertThat(AddressRange.looksNumeric("1.".repeat(1_000_000))).isTrue();
        assertThat(range("::1%" + "x".repeat(1_000_000))).isEqualTo(range("::1"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.0/8,            10.1.2.3,               contains
            10.0.0.0/8,            10.0.0.0/8,             equals
            10.0.0.0/8,            10.255.0.0/16,          contains
            10.0.0.0/8,            10.0.0.0/7,             is in
            10.0.0.0/8,            11.0.0.0,               is apart from
            10.0.0.0/8,            9.255.255.255,          is apart from
            10.1.2.3,              10.1.2.3,               equals
            10.1.2.3,              10.1.2.2,               is apart from
            0.0.0.0/0,             10.1.2.3,               contains
            0.0.0.0/0,             ::ffff:10.1.2.3,        contains
            10.0.0.0/8,            ::ffff:10.1.2.3,        contains
            10.0.0.0/8,            ::ffff:10.0.0.0/104,    equals
            0.0.0.0/0,             ::10.1.2.3,             is apart from
            0.0.0.0/0,             fd00::1,                is apart from
            fd00::/8,              fd00:1::,               contains
            fd00::/8,              fdff:ffff::/32,         contains
            fd00::/8,              fc00::/7,               is in
            fd00::/8,              fe00::,                 is apart from
            fd00::/8,              10.0.0.0/8,             is apart from
            fd00::/63,             fd00:0:0:1::/64,        contains
            fd00::/64,             fd00:0:0:1::/64,        is apart from
            fd00::/65,             fd00::8000:0:0:0,       is apart from
            fd00::/65,             fd00::7fff:ffff:0:0,    contains
            ::/0,                  fd00::1,                contains
            ::/0,                  10.1.2.3,               contains
            ::/80,                 10.1.2.3,               contains
            ::/81,                 10.1.2.3,               is apart from
            fe80::1%eth0,          fe80::1%eth1,           equals
            """)
    void comparesTwo(String one, String other, String relation) {
        AddressRange left = range(one);
        AddressRange right = range(other);
        boolean equal = relation.equals("equals");
        assertThat(left.equals(right)).isEqualTo(equal);
        assertThat(left.contains(right)).isEqualTo(equal || relation.equals("contains"));
        assertThat(right.contains(left)).isEqualTo(equal || relation.equals("is in"));
        assertThat(left.overlaps(right)).isEqualTo(!relation.equals("is apart from"));
        assertThat(right.overlaps(left)).isEqualTo(!relation.equals("is apart from"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.255",
                "127.0.0.0/8",
                "126.0.0.0/7",
                "::1",
                "[::1]",
                "::ffff:127.0.0.1",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "fe80::",
                "fe80::1%eth0",
                "febf:ffff::",
                "10.0.0.0",
                "10.255.255.255",
                "8.0.0.0/6",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.0",
                "192.168.255.255",
                "fc00::",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "100.64.0.0",
                "100.127.255.255",
                "0.0.0.0",
                "0.0.0.0/0",
                "0.0.0.0/8",
                "::",
                "::/0",
                "::/127",
                "f000::/4"
            })
    void isForLocalUse(String text) {
        assertThat(range(text).isLocalUse()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "126.255.255.255",
                "128.0.0.0",
                "::2",
                "169.253.255.255",
                "169.255.0.0",
                "fe7f::",
                "fec0::",
                "9.255.255.255",
                "11.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "fbff::",
                "fe00::",
                "100.63.255.255",
                "100.128.0.0",
                "0.0.0.1",
                "8.8.8.8",
                "192.0.2.0/24",
                "2000::/3",
                "::ffff:8.8.8.8",
                "255.255.255.255"
            })
    void isForUseEverywhere(String text) {
        assertThat(range(text).isLocalUse()).isFalse();
    }

    @Test
    void knowsWhereItStarts() {
        assertThat(range("10.0.0.1/8").startsAt("10.0.0.0")).isTrue();
        assertThat(range("10.0.0.1/8").startsAt("::ffff:10.0.0.0")).isTrue();
        assertThat(range("10.0.0.1/8").startsAt("10.0.0.1")).isFalse();
        assertThat(range("10.0.0.1/8").startsAt("")).isFalse();
    }

    @Test
    void equalsNothingElse() {
        assertThat(range("10.0.0.0/8"))
                .isNotEqualTo(range("10.0.0.0/9"))
                .isNotEqualTo(range("11.0.0.0/8"))
                .isNotEqualTo("10.0.0.0/8")
                .isNotEqualTo(null);
    }

    private static AddressRange range(String text) {
        return Objects.requireNonNull(AddressRange.parse(text), text);
    }
}
