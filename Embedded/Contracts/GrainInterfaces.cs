namespace Orleans.Runtime
{
    /// <summary>Anything that has a <see cref="GrainId"/>: a grain, or a reference to one.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>The base of every grain interface.</summary>
    public interface IGrain : Runtime.IAddressable;

    /// <summary>A grain that is found by a string.</summary>
    public interface IGrainWithStringKey : IGrain;
}
