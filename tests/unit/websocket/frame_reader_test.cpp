#include "websocket/frame_reader.h"

#include "client_frames.h"

namespace websocket {
namespace {

using namespace std::string_literals;

TEST(FrameReader, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(read("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s), "text(Hello)\n");
  EXPECT_EQ(read(frame(1, "Hel") + frame(kFin, "lo")), "text(Hello)\n");
  EXPECT_EQ(read(frame(kFin | 9, "Hello") + frame(kFin | 10, "Hello")), "ping(Hello)\npong(Hello)\n");
}

TEST(FrameReader, ReadsMessagesOfEveryFormOfLength) {
  for (auto const size : {0, 1, 7, 8, 9, 125, 126, 127, 1000, 65535, 65536, 70001}) {
    std::string payload;
    for (int i = 0; i < size; ++i) payload += static_cast<char>(i * 7);
    EXPECT_EQ(read(frame(kFin | 2, payload) + text("after")), "binary(" + payload + ")\ntext(after)\n") << size;
  }
}

TEST(FrameReader, PutsFragmentsTogether) {
  EXPECT_EQ(read(frame(2, "") + frame(0, "a") + frame(0, "") + frame(0, "bc") + frame(kFin, "")), "binary(abc)\n");
  EXPECT_EQ(read(frame(1, "a") + frame(0, "b")), "");
  EXPECT_EQ(read(frame(1, "a") + frame(kFin, "b") + frame(2, "c") + frame(kFin, "\xff")), "text(ab)\nbinary(c\xff)\n");
}

TEST(FrameReader, ReadsControlFramesBetweenFragments) {
  EXPECT_EQ(read(frame(1, "\xe2\x82") + frame(kFin | 9, "\xff") + frame(kFin | 10, "") + frame(kFin, "\xac")),
            "ping(\xff)\npong()\ntext(\xe2\x82\xac)\n");
  EXPECT_EQ(read(frame(1, "\xe2\x82") + close(1000, "\xe2\x82\xac")), "close1000(\xe2\x82\xac)\n");
}

TEST(FrameReader, ReadsAControlFrameOfTheLargestSize) {
  std::string const payload(125, 'p');
  EXPECT_EQ(read(frame(kFin | 9, payload)), "ping(" + payload + ")\n");
}

TEST(FrameReader, ReadsCloseFrames) {
  EXPECT_EQ(read(frame(kFin | 8, "")), "close1005()\n");
  EXPECT_EQ(read(close(1000)), "close1000()\n");
  EXPECT_EQ(read(close(4999, "gone, with a reason of some length")), "close4999(gone, with a reason of some length)\n");
}

TEST(FrameReader, IgnoresWhatComesAfterACloseFrame) {
  EXPECT_EQ(read(text("a") + close(1001) + text("b") + "\xff\xff\xff"), "text(a)\nclose1001()\n");
}

TEST(FrameReader, RefusesCodesThatMustNotBeSent) {
  for (int const code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    EXPECT_EQ(read(close(static_cast<std::uint16_t>(code))), "1002 The code of a close frame is not allowed\n") << code;
  for (int const code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    EXPECT_EQ(read(close(static_cast<std::uint16_t>(code))), std::format("close{}()\n", code));
}

TEST(FrameReader, RefusesHalfACode) {
  EXPECT_EQ(read(frame(kFin | 8, "\x03")), "1002 A close frame has half a code\n");
}

TEST(FrameReader, RefusesReservedBits) {
  for (unsigned const bit : {0x40U, 0x20U, 0x10U})
    EXPECT_EQ(read(text("a") + frame(kFin | bit | 1, "")), "text(a)\n1002 Reserved bits are set\n");
}

TEST(FrameReader, RefusesUnknownOpcodes) {
  for (unsigned const opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
    EXPECT_EQ(read(frame(kFin | opcode, "")), "1002 Unknown opcode\n") << opcode;
}

TEST(FrameReader, RefusesFramesThatAreNotMasked) {
  EXPECT_EQ(read("\x81\x05Hello"), "1002 A frame is not masked\n");
}

TEST(FrameReader, RefusesControlFramesThatAreFragmentedOrTooLong) {
  for (unsigned const opcode : {8U, 9U, 10U}) {
    EXPECT_EQ(read(frame(opcode, "")), "1002 A control frame is fragmented\n");
    EXPECT_EQ(read(frame(kFin | opcode, std::string(126, 'a'))), "1002 A control frame is too long\n");
  }
  EXPECT_EQ(read(frame(kFin | 9, std::string(65536, 'a'))), "1002 A control frame is too long\n");
}

TEST(FrameReader, RefusesAContinuationWithoutABeginning) {
  EXPECT_EQ(read(frame(kFin, "a")), "1002 A continuation frame continues nothing\n");
  EXPECT_EQ(read(frame(0, "a")), "1002 A continuation frame continues nothing\n");
  EXPECT_EQ(read(text("a") + frame(kFin, "b")), "text(a)\n1002 A continuation frame continues nothing\n");
}

TEST(FrameReader, RefusesAMessageWithinAnother) {
  EXPECT_EQ(read(frame(1, "a") + text("b")), "1002 A message begins within another\n");
  EXPECT_EQ(read(frame(2, "") + frame(2, "")), "1002 A message begins within another\n");
}

TEST(FrameReader, RefusesLengthsThatAreNotInTheirShortestForm) {
  auto const wanted = "1002 The length of a frame is not in its shortest form\n";
  EXPECT_EQ(read(frame_of("\x82\xfe" + big_endian(125, 2), std::string(125, 'a'))), wanted);
  EXPECT_EQ(read(frame_of("\x82\xfe" + big_endian(0, 2), "")), wanted);
  EXPECT_EQ(read(frame_of("\x82\xff" + big_endian(65535, 8), std::string(65535, 'a'))), wanted);
  EXPECT_EQ(read(frame_of("\x82\xff" + big_endian(0, 8), "")), wanted);
}

TEST(FrameReader, RefusesALengthWithTheTopBit) {
  EXPECT_EQ(read(frame_of("\x82\xff" + big_endian(std::uint64_t{1} << 63, 8), "")),
            "1002 The length of a frame is no 63-bit number\n");
  EXPECT_EQ(read(frame_of("\x82\xff" + big_endian(~std::uint64_t{0}, 8), "")),
            "1002 The length of a frame is no 63-bit number\n");
}

TEST(FrameReader, RefusesAMessageThatIsTooLongBeforeItHasCome) {
  auto const wanted = "1009 The message is too long\n";
  EXPECT_EQ(read(text("12345"), 5), "text(12345)\n");
  EXPECT_EQ(read(text("123456").substr(0, 6), 5), wanted);
  EXPECT_EQ(read(frame(1, "1234") + frame(kFin, "56").substr(0, 6), 5), wanted);
  EXPECT_EQ(read(frame(1, "1234") + frame(kFin, "5") + text("12345"), 5), "text(12345)\ntext(12345)\n");
  EXPECT_EQ(read(frame_of("\x82\xff" + big_endian(~std::uint64_t{0} >> 1, 8), "")), wanted);
  EXPECT_EQ(read(frame(1, "1234") + frame_of(std::string("\x80\xff") + big_endian(~std::uint64_t{0} >> 1, 8), "")),
            wanted);
}

TEST(FrameReader, DoesNotCountControlFramesToAMessage) {
  EXPECT_EQ(read(frame(1, "123") + frame(kFin | 9, "longer than five") + frame(kFin, "45"), 5),
            "ping(longer than five)\ntext(12345)\n");
}

TEST(FrameReader, RefusesTextThatIsNotUtf8) {
  for (auto const& bad : {"\x80"s, "a\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xff"s})
    EXPECT_EQ(read(text("well") + text("0123456789" + bad + "0123456789")), "text(well)\n1007 Text is not UTF-8\n");
  EXPECT_EQ(read(text("\xe2\x82")), "1007 Text is not UTF-8\n") << "the message ends within a character";
  EXPECT_EQ(read(frame(1, "\xe2") + frame(0, "\x82") + frame(kFin, "")), "1007 Text is not UTF-8\n");
  EXPECT_EQ(read(close(1000, "\xe2\x82")), "1007 Text is not UTF-8\n");
  EXPECT_EQ(read(close(1000, "a\xff")), "1007 Text is not UTF-8\n");
}

TEST(FrameReader, RefusesTextAsSoonAsItIsKnownToBeWrong) {
  auto const long_frame = text("abc\xf4\x90" + std::string(100, 'x'));
  EXPECT_EQ(bytes_to_failure(long_frame), 6u + 5u);
  EXPECT_EQ(bytes_to_failure(frame(1, "\xe2") + frame(0, "\x82\xc0\x80")), 7u + 8u) << "over fragments";
  EXPECT_EQ(bytes_to_failure(close(1000, "a\xc0gone")), 6u + 4u);
  EXPECT_EQ(bytes_to_failure(close(1005, "gone")), 6u + 2u);
}

TEST(FrameReader, RefusesAHeaderAsSoonAsItIsKnownToBeWrong) {
  EXPECT_EQ(bytes_to_failure(text("123456"), 5), 6u);
  EXPECT_EQ(bytes_to_failure(frame(3, "a")), 2u);
}

TEST(FrameReader, LeavesBinaryMessagesAlone) {
  EXPECT_EQ(read(frame(2, "\xff\xfe") + frame(kFin, "\x80")), "binary(\xff\xfe\x80)\n");
}

}  // namespace
}  // namespace websocket
